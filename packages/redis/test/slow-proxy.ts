import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy to a server with a delay that the test sets, in each direction. */
export interface SlowProxy {
  readonly url: string;
  delayMs: number;
  stop(): Promise<void>;
}

export async function slowProxy(port: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => {});
    }
    far.on('data', (data) => near.write(data));
    let lastMs = 0;
    near.on('data', (data) => {
      // In order, even if the delay has become shorter.
      lastMs = Math.max(lastMs, performance.now() + proxy.delayMs);
      if (lastMs <= performance.now()) far.write(data);
      else setTimeout(() => far.write(data), lastMs - performance.now()).unref();
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => sockets.delete(near));
    far.on('close', () => sockets.delete(far));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: SlowProxy = {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delayMs: 0,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
