import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { listen } from '../../../core/test/loopback.js';

/** Action of a server on a complete request, or on a connection before any byte. */
export interface Fault {
  readonly on: 'request' | 'connection';
  /** After this no byte will come any more, and only a limit of time ends the attempt. */
  readonly stalls?: boolean;
  play(exchange: Exchange): void | Promise<void>;
}

export interface Exchange {
  readonly socket: Socket;
  readonly upstream: Upstream;
  /** Resolves when the client has read all that was written so far. */
  delivered(): Promise<void>;
  /** Tells the driver of the clock that no byte will come any more. */
  stall(): void;
}

/** A server on loopback that writes what it likes, and counts the requests that come whole. */
export interface Upstream {
  readonly url: string;
  /** Requests that have come whole, `GET /path`. */
  readonly requests: string[];
  readonly sockets: ReadonlySet<Socket>;
  /** Stalls since this was asked last. */
  takeStalls(): number;
  /** Faults from now on, the last for ever. */
  meetWith(...faults: readonly Fault[]): void;
}

export interface UpstreamOptions {
  readonly tls?: TlsOptions | undefined;
  /** Tells if a TCP server has to use TLS. */
  readonly scheme?: 'http' | 'https' | undefined;
  /** The client's sockets, to see what has reached it; if it hides them, written bytes count as delivered. */
  clientSockets?(): readonly Socket[];
}

export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const { tls, scheme = tls === undefined ? 'http' : 'https', clientSockets } = options;
  const requests: string[] = [];
  let script: readonly Fault[] = [];
  let at = 0;
  let stalls = 0;

  const accept = (socket: Socket): void => {
    socket.on('error', () => {});
    const exchange: Exchange = {
      socket,
      get upstream() {
        return upstream;
      },
      delivered: () => delivered(socket, clientSockets),
      stall: () => {
        stalls += 1;
      },
    };
    const next = (): Fault | undefined => script[Math.min(at, script.length - 1)];
    const play = (): void => {
      const fault = next();
      at += 1;
      void fault?.play(exchange);
    };
    if (next()?.on === 'connection') {
      socket.resume();
      play();
      return;
    }
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      for (let end = endOfRequest(text); end !== undefined; end = endOfRequest(text)) {
        requests.push(text.slice(0, text.indexOf(' HTTP/')));
        text = text.slice(end);
        play();
      }
    });
  };

  const server: Server = tls === undefined ? createTcpServer(accept) : createTlsServer(tls, accept);
  const { port, sockets } = await listen(server);
  const upstream: Upstream = {
    url: `${scheme}://127.0.0.1:${port}`,
    requests,
    sockets,
    takeStalls: () => {
      const taken = stalls;
      stalls = 0;
      return taken;
    },
    meetWith: (...faults) => {
      script = faults;
      at = 0;
    },
  };
  return upstream;
}

function endOfRequest(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return undefined;
  const length = /^content-length: (\d+)\r$/im.exec(text.slice(0, head + 2))?.[1] ?? '0';
  const end = head + 4 + Number(length);
  return text.length >= end ? end : undefined;
}

async function delivered(socket: Socket, clientSockets: (() => readonly Socket[]) | undefined): Promise<void> {
  if (clientSockets === undefined) return;
  const isDelivered = (): boolean => {
    const client = clientSockets().find(({ localPort }) => localPort === socket.remotePort);
    return client !== undefined && client.bytesRead >= socket.bytesWritten;
  };
  while (!socket.destroyed && !isDelivered()) await new Promise((resolve) => setImmediate(resolve));
  // Chunks that have been read are handed on before the next turn.
  await new Promise((resolve) => setImmediate(resolve));
}
