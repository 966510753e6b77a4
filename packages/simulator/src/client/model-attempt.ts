import type { Dice } from '../chance/dice.js';
import { type Duration, drawMs } from '../chance/duration.js';
import type { Fault } from '../server/behaviour.js';
import type { ModelServer } from '../server/model-server.js';
import type { Answer, Reply, Request } from '../server/request.js';
import type { SimulationClock } from '../time/simulation-clock.js';
import { AttemptError } from './attempt-error.js';
import type { ModelCall } from './model-call.js';

/**
 * Sends one attempt of a call to a server. Rejects with an error code if the connection fails or the client gives up.
 */
export function sendAttempt(
  clock: SimulationClock,
  server: ModelServer,
  call: ModelCall,
  dice: Dice,
  networkMs: Duration | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const attempt = new ModelAttempt(clock, call, dice, networkMs, resolve, reject);
    if (networkMs === undefined) server.request(attempt);
    else clock.schedule(() => server.request(attempt), drawMs(networkMs, dice));
  });
}

/** One attempt under way: the request that the server sees, and the client's timer. */
class ModelAttempt implements Request {
  readonly dice: Dice;
  readonly tenant: number;
  fault: Fault | undefined;
  isAbandoned = false;
  readonly #call: ModelCall;
  readonly #clock: SimulationClock;
  readonly #networkMs: Duration | undefined;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: AttemptError) => void;
  readonly #timer: { cancel(): void } | undefined;

  constructor(
    clock: SimulationClock,
    call: ModelCall,
    dice: Dice,
    networkMs: Duration | undefined,
    resolve: (answer: Answer) => void,
    reject: (error: AttemptError) => void,
  ) {
    const { tenant, timeoutMs } = call;
    this.dice = dice;
    this.tenant = tenant;
    this.#call = call;
    this.#clock = clock;
    this.#networkMs = networkMs;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = timeoutMs === undefined ? undefined : clock.schedule(() => this.#giveUp(), timeoutMs);
  }

  get route(): string | undefined {
    return this.#call.kind?.route;
  }

  get serviceMs(): Duration | undefined {
    return this.#call.kind?.serviceMs;
  }

  get holdMs(): Duration | undefined {
    return this.#call.kind?.holdMs;
  }

  reply(reply: Reply): void {
    if (this.isAbandoned) return;
    if (this.#networkMs === undefined) this.#arrive(reply);
    else this.#clock.schedule(() => this.#arrive(reply), drawMs(this.#networkMs, this.dice));
  }

  #arrive(reply: Reply): void {
    if (this.isAbandoned) return;
    this.#timer?.cancel();
    if ('code' in reply) this.#reject(new AttemptError(reply.code));
    else this.#resolve(reply);
  }

  /** Ends the attempt with the code that axios gives to its timeouts. */
  #giveUp(): void {
    this.isAbandoned = true;
    this.#reject(new AttemptError('ECONNABORTED'));
  }
}
