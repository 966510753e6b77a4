import { Dice } from '../chance/dice.js';
import type { ModelServer } from '../server/model-server.js';
import type { Answer } from '../server/request.js';
import type { SimulationClock } from '../time/simulation-clock.js';
import { startArrivals } from './arrivals.js';
import type { AttemptRecord, CallRecord } from './call-record.js';
import type { Caller } from './caller.js';
import type { ClientModel } from './client-model.js';
import { sendAttempt } from './model-attempt.js';
import { ModelCall } from './model-call.js';
import type { Traffic } from './traffic.js';

/** What a client needs of its simulation. */
export interface ClientHost {
  readonly clock: SimulationClock;
  readonly servers: ReadonlyMap<string, ModelServer>;
  /** Names the client's random numbers. */
  readonly seed: number;
  /** One for each process. */
  readonly callers: readonly Caller[];
  /** Called as a call begins; what it returns is called at the call's end. */
  callBegan(): (call: CallRecord) => void;
  attemptBegan(attempt: AttemptRecord): void;
}

/** A modelled part of an application, which calls servers as its traffic says. */
export class ModelClient {
  readonly #name: string;
  readonly #model: ClientModel;
  readonly #host: ClientHost;
  #traffic: ClientModel['traffic'] | undefined;
  #stop: readonly (() => void)[] = [];
  #calls = 0;
  #attempts = 0;

  constructor(name: string, model: ClientModel, host: ClientHost) {
    this.#name = name;
    this.#model = model;
    this.#host = host;
  }

  /** Makes calls as the traffic says from now on. The same traffic as before goes on undisturbed; undefined stops it. */
  become(traffic: ClientModel['traffic'] | undefined): void {
    if (traffic === this.#traffic) return;
    this.#traffic = traffic;
    for (const stop of this.#stop) stop();
    this.#stop = listOf(traffic).map((one, index) => this.#start(one, index));
  }

  #start(traffic: Traffic, index: number): () => void {
    const { clock, seed } = this.#host;
    const dice = new Dice(seed, index, this.#calls, ARRIVALS);
    return startArrivals(traffic, clock, dice, () => this.#call());
  }

  async #call(): Promise<void> {
    const { callers, callBegan, clock, seed } = this.#host;
    const ended = callBegan();
    const index = this.#calls;
    this.#calls += 1;
    const call = new ModelCall(this.#name, index, clock.now(), this.#model, new Dice(seed, index, 0));
    const { key, method } = call;
    const caller = callers[index % callers.length] as Caller;
    try {
      const { status } = await caller.execute(() => this.#attempt(call), { key, method });
      call.status = status;
      call.end = status < 400 ? 'answered' : 'failed';
    } catch (error) {
      call.code = codeOf(error);
      call.end = call.code !== undefined && REFUSALS.has(call.code) ? 'refused' : 'failed';
    }
    call.endedMs = clock.now();
    ended(call);
  }

  #attempt(call: ModelCall): Promise<Answer> {
    const { attemptBegan, clock, seed, servers } = this.#host;
    const atMs = clock.now();
    call.attempts += 1;
    call.firstAttemptMs ??= atMs;
    const dice = new Dice(seed, call.index, call.attempts);
    const server = this.#pick(call.servers, dice);
    attemptBegan({ client: this.#name, key: call.key, server, atMs, attempt: call.attempts });
    return sendAttempt(clock, servers.get(server) as ModelServer, call, dice, this.#model.networkMs);
  }

  #pick(names: readonly string[], dice: Dice): string {
    const { length } = names;
    if (length === 1) return names[0] as string;
    this.#attempts += 1;
    const index = this.#model.pick === 'round-robin' ? this.#attempts % length : Math.floor(dice.next() * length);
    return names[index] as string;
  }
}

/** Sets the dice of arrivals apart from those of calls. */
const ARRIVALS = -1;

const REFUSALS: ReadonlySet<string> = new Set(['ERR_LIMITED', 'ERR_CIRCUIT_OPEN', 'ERR_COOL_DOWN']);

function listOf(traffic: ClientModel['traffic'] | undefined): readonly Traffic[] {
  if (traffic === undefined) return [];
  return 'kind' in traffic ? [traffic] : traffic;
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
