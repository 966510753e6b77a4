import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BIN_MS, Bins } from './bins.js';
import { serviceMsOf, slotsAt } from './capacity.js';
import type { OriginRecord } from './messages.js';
import { TICK_MS } from './origin-tick.js';
import { listenBelowEphemeral } from './ports.js';
import type { Behaviour } from './shape.js';
import { SlotQueue } from './slot-queue.js';

/** One HTTP origin whose behaviour can be switched at any time. */
export class Origin {
  readonly #now: () => number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #queue = new SlotQueue<ServerResponse>();
  #behaviour: Behaviour = {};
  #switchedAtMs = 0;
  #phaseMs = 0;
  #port = 0;
  #timer: NodeJS.Timeout | undefined;
  #second = { number: 0, requests: 0 };
  #arrivals = new Bins(0);
  #served = new Bins(0);
  #waiting = new Int32Array(0);
  #delays = new Float32Array(0);
  #noted = 0;

  /** `now` in ms since the begin of the run; negative during the warm-up. */
  constructor(now: () => number) {
    this.#now = now;
    this.#server = createServer((request, response) => this.#serve(request, response));
    // A run is shorter than this: no connection is closed under a client that is about to use it.
    this.#server.keepAliveTimeout = 600_000;
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen(): Promise<number> {
    this.#port = await listenBelowEphemeral(this.#server);
    return this.#port;
  }

  /** Start of the counting. */
  record(durationMs: number): void {
    this.#arrivals = new Bins(durationMs);
    this.#served = new Bins(durationMs);
    this.#waiting = new Int32Array(this.#arrivals.counts.length);
    this.#delays = new Float32Array(Math.ceil(durationMs / TICK_MS));
  }

  /** Takes on a behaviour for a phase of that length. */
  become(behaviour: Behaviour, phaseMs: number): void {
    const wasRefusing = this.#behaviour.reach === 'refused';
    this.#behaviour = behaviour;
    this.#switchedAtMs = this.#now();
    this.#phaseMs = phaseMs;
    const reach = behaviour.reach ?? 'open';
    if (reach !== 'open') this.#queue.clear();
    if (reach === 'refused') this.#refuse();
    else if (wasRefusing) this.#server.listen({ host: '127.0.0.1', port: this.#port, backlog: BACKLOG });
    this.tick();
  }

  /** Every 10 ms: lets a growing server grow, and notes how it stands. */
  tick(): void {
    const now = this.#now();
    const progress = (now - this.#switchedAtMs) / this.#phaseMs;
    this.#queue.setPace(slotsAt(this.#behaviour, progress), serviceMsOf(this.#behaviour), now);
    this.#work();
    const reachable = (this.#behaviour.reach ?? 'open') === 'open';
    const at = Math.floor(now / TICK_MS);
    if (at < 0) return;
    // Ticks that never came, because the process was busy, are filled in.
    this.#delays.fill(reachable ? this.#queue.delayOf(now) : Number.POSITIVE_INFINITY, this.#noted, at + 1);
    this.#noted = at + 1;
    const bin = Math.floor(now / BIN_MS);
    if (bin < this.#waiting.length) this.#waiting[bin] = this.#queue.waiting;
  }

  result(): OriginRecord {
    return {
      arrivals: this.#arrivals.counts,
      served: this.#served.counts,
      waiting: this.#waiting,
      delays: this.#delays,
    };
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const now = this.#now();
    this.#arrivals.add(now);
    if (this.#behaviour.reach === 'silent') return;
    if (this.#isThrottled()) {
      response.writeHead(429, { 'Retry-After': this.#behaviour.throttle?.retryAfterS ?? 0 }).end();
      return;
    }
    this.#queue.add(response, now);
    this.#work();
  }

  /** Counts by the second of the clock, as most quotas do: requests beyond it are refused until the next one begins. */
  #isThrottled(): boolean {
    const { throttle } = this.#behaviour;
    if (throttle === undefined) return false;
    const number = Math.floor((this.#now() - this.#switchedAtMs) / 1_000);
    if (this.#second.number !== number) this.#second = { number, requests: 0 };
    if (this.#second.requests >= throttle.perSecond) return true;
    this.#second.requests += 1;
    return false;
  }

  /** Answers what is done and comes back when the next job is. */
  #work(): void {
    clearTimeout(this.#timer);
    for (const response of this.#queue.advance(this.#now())) this.#answer(response);
    const nextAtMs = this.#queue.nextAtMs();
    if (nextAtMs === undefined) return;
    this.#timer = setTimeout(() => this.#work(), Math.max(0, nextAtMs - this.#now()));
  }

  #answer(response: ServerResponse): void {
    if (Math.random() < (this.#behaviour.errorShare ?? 0)) {
      response.writeHead(503).end();
      return;
    }
    this.#served.add(this.#now());
    response.writeHead(200, PLAIN).end('ok');
  }

  #refuse(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}

const BACKLOG = 4_096;
const PLAIN = { 'Content-Type': 'text/plain', 'Content-Length': 2 };
