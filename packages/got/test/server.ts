import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Answer of a server to one request: a status, an answer, a connection reset, no answer at all, or something special.
 */
export type Step =
  | number
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | 'reset'
  | 'stall'
  | ((request: IncomingMessage, response: ServerResponse) => void);

export interface SeenRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on the loopback that plays a script, its last step for ever, and keeps what it was asked. */
export class TestServer {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #steps: Step[];
  #begun = 0;
  readonly #waiting: { count: number; resolve: () => void }[] = [];

  private constructor(steps: Step[]) {
    this.#steps = steps;
    this.#server = createServer((request, response) => {
      this.#begun += 1;
      void this.#play(request, response);
      for (const { count, resolve } of this.#waiting) if (this.#begun >= count) resolve();
    });
  }

  static async start(...steps: Step[]): Promise<TestServer> {
    const server = new TestServer(steps);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    servers.push(server);
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Number of requests so far. */
  get hits(): number {
    return this.#begun;
  }

  /** Resolves when so many requests have come. */
  async seen(count: number): Promise<void> {
    if (this.#begun < count) await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** Sets the answers from now on. */
  play(...steps: Step[]): void {
    this.#steps.splice(0, this.#steps.length, ...steps);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #play(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const step = (this.#steps.length > 1 ? this.#steps.shift() : this.#steps[0]) ?? 200;
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    for await (const chunk of request.iterator({ destroyOnReturn: false })) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    this.requests.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
    if (step === 'stall') return;
    if (step === 'reset') {
      request.socket.resetAndDestroy();
    } else if (typeof step === 'function') {
      step(request, response);
    } else {
      const { status = 200, headers = {}, body = 'ok' } = typeof step === 'number' ? { status: step } : step;
      response.writeHead(status, headers);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    }
  }
}

const servers: TestServer[] = [];

export async function stopServers(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
}
