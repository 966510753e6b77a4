import type { Clock } from '@breakwater/core';
import { Dice } from '../chance/dice.js';
import { drawMs } from '../chance/duration.js';
import { type Behaviour, type Fault, valueAt } from './behaviour.js';
import { Fifo } from './fifo.js';
import { Job } from './job.js';
import { RateWindow } from './rate-window.js';
import { answer, type Reply, type Request } from './request.js';

/**
 * A server with finite capacity and a queue, and a behaviour that can change.
 *
 * Unless it notices that a client has given up, it also works on the requests of such clients, which is what keeps real
 * servers overloaded.
 */
export class ModelServer {
  #behaviour: Behaviour = {};
  #sinceMs = 0;
  #isPaused = false;
  #pause: { cancel(): void } | undefined;
  readonly #queue = new Fifo<Request>();
  readonly #jobs = new Set<Job>();
  readonly #holds = new Set<Request>();
  readonly #rate = new RateWindow();
  readonly #clock: Clock;
  readonly #dice: Dice;

  readonly #onward: Onward;

  /** @param onward - makes the calls of a server that calls others */
  constructor(clock: Clock, seed: number, onward: Onward = unanswered) {
    this.#clock = clock;
    this.#onward = onward;
    this.#dice = new Dice(seed);
  }

  /** Number of requests in the server: in work, or in the queue. */
  get load(): number {
    return this.#jobs.size + this.#queue.length;
  }

  /** Changes the behaviour from now on. Requests in the server stay, unless the behaviour resets them. */
  become(behaviour: Behaviour): void {
    const stoodStill = this.#standsStill;
    this.#behaviour = behaviour;
    this.#sinceMs = this.#clock.now();
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#isPaused = false;
    if (behaviour.resetsInFlight === true) this.#resetAll();
    if (stoodStill !== this.#standsStill) this.#suspendOrResume();
    this.#schedulePause();
    this.#work();
  }

  /** Takes a request, which is answered once, or never if it hangs. */
  request(request: Request): void {
    const { reach = 'open', faults, throttle, queue = Number.POSITIVE_INFINITY } = this.#behaviour;
    if (reach === 'silent') return;
    if (reach === 'refused') {
      this.#replyLater(request, { code: 'ECONNREFUSED' });
      return;
    }
    const fault = faults === undefined ? undefined : this.#faultOf(request, faults);
    if (fault !== undefined && this.#failsAtOnce(request, fault)) return;
    if (throttle !== undefined && !this.#rate.allows(throttle, request.tenant, this.#clock.now())) {
      this.#replyLater(request, answer(throttle.status ?? 429, throttle.retryAfterS));
      return;
    }
    if (request.holdMs !== undefined) {
      this.#hold(request, drawMs(request.holdMs, request.dice));
      return;
    }
    if (this.#queue.length >= queue && !this.#hasFreeSlot()) {
      this.#replyLater(request, answer(503));
      return;
    }
    this.#queue.push(request);
    this.#work();
  }

  #replyLater(request: Request, reply: Reply, afterMs = QUICK_MS): void {
    this.#clock.schedule(() => request.reply(reply), afterMs);
  }

  #faultOf(request: Request, faults: readonly Fault[]): Fault | undefined {
    for (const fault of faults) {
      if (fault.route !== undefined && fault.route !== request.route) continue;
      if (fault.tenantsBelow !== undefined && request.tenant >= fault.tenantsBelow) continue;
      if (fault.share >= 1 || request.dice.next() < fault.share) return fault;
    }
    return undefined;
  }

  #failsAtOnce(request: Request, fault: Fault): boolean {
    switch (fault.kind) {
      case 'hang':
        return true;
      case 'error':
        this.#replyLater(request, { code: fault.code }, drawMs(fault.afterMs ?? QUICK_MS, request.dice));
        return true;
      case 'status':
        if (fault.worked === true) break;
        this.#replyLater(request, answer(fault.status, fault.retryAfterS));
        return true;
      case 'slow':
        break;
    }
    request.fault = fault;
    return false;
  }

  #hold(request: Request, ms: number): void {
    this.#holds.add(request);
    this.#clock.schedule(() => {
      if (this.#holds.delete(request)) request.reply(answer(200));
    }, ms);
  }

  get #standsStill(): boolean {
    return this.#isPaused || this.#behaviour.reach === 'frozen';
  }

  #hasFreeSlot(): boolean {
    const { slots = Number.POSITIVE_INFINITY } = this.#behaviour;
    return !this.#standsStill && this.#jobs.size < valueAt(slots, this.#clock.now() - this.#sinceMs);
  }

  #work(): void {
    while (this.#queue.length > 0 && this.#hasFreeSlot()) {
      const request = this.#queue.shift() as Request;
      if (request.isAbandoned && this.#behaviour.noticesAbandonment === true) continue;
      this.#jobs.add(new Job(this.#clock, request, this.#workMs(request), this.#done));
    }
  }

  #workMs(request: Request): number {
    const { serviceMs = DEFAULT_SERVICE_MS, perRequestMs = 0, slowFactor = 1 } = this.#behaviour;
    const ownMs = drawMs(request.serviceMs ?? serviceMs, request.dice) + perRequestMs * (this.load + 1);
    const ms = ownMs * valueAt(slowFactor, this.#clock.now() - this.#sinceMs);
    const { fault } = request;
    return fault?.kind === 'slow' ? ms + drawMs(fault.byMs, request.dice) : ms;
  }

  readonly #done = (job: Job): void => {
    const { fault } = job.request;
    const { calls } = this.#behaviour;
    if (fault?.kind === 'status') this.#finish(job, answer(fault.status, fault.retryAfterS));
    else if (calls === undefined) this.#finish(job, answer(200));
    else {
      job.complete();
      void this.#onward(calls).then((isAnswered) => this.#finish(job, answer(isAnswered ? 200 : 502)));
    }
  };

  /** Ends a job, unless it was reset meanwhile and has been answered. */
  #finish(job: Job, reply: Reply): void {
    if (!this.#jobs.delete(job)) return;
    job.request.reply(reply);
    this.#work();
  }

  #resetAll(): void {
    const inFlight = [...[...this.#jobs].map(({ request }) => request), ...this.#queue.drain(), ...this.#holds];
    for (const job of this.#jobs) job.suspend();
    this.#jobs.clear();
    this.#holds.clear();
    for (const request of inFlight) request.reply({ code: 'ECONNRESET' });
  }

  #suspendOrResume(): void {
    for (const job of this.#jobs) {
      if (this.#standsStill) job.suspend();
      else job.resume();
    }
  }

  #schedulePause(): void {
    const { pauses } = this.#behaviour;
    if (pauses === undefined) return;
    this.#pause = this.#clock.schedule(() => {
      this.#setPaused(true);
      this.#pause = this.#clock.schedule(
        () => {
          this.#setPaused(false);
          this.#schedulePause();
          this.#work();
        },
        drawMs(pauses.forMs, this.#dice),
      );
    }, pauses.everyMs);
  }

  #setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#suspendOrResume();
  }
}

/** Makes one call through a client of the scenario. Resolves with whether it was answered. */
export type Onward = (client: string) => Promise<boolean>;

const unanswered: Onward = async () => false;

const DEFAULT_SERVICE_MS = 10;
/** Time of an answer without work. */
const QUICK_MS = 1;
