/** Rules of the model's policy. They may change while calls are under way. */
export interface ModelRules {
  maxRetries: number;
  consecutiveFailures: number;
  openMs: number;
  probes: number;
  successesToClose: number;
  probeLeaseMs: number;
  ratio: number;
  minRetriesPerSecond: number;
  windowMs: number;
  concurrency: number;
  queue: number;
  maxQueueMs: number;
}

export type ModelMode = 'enforce' | 'observe' | 'off';

export interface ModelPermit {
  readonly pass: { readonly generation: number; readonly lease: number | undefined } | undefined;
  readonly hasPlace: boolean;
  decision: string | undefined;
}

export interface ModelCall {
  readonly key: KeyModel;
  readonly mode: ModelMode;
  readonly maxRetries: number;
  attempts: number;
  cancelled: boolean;
  ended: boolean;
  open: ModelPermit | undefined;
  /** Result of the call, for the `call` event. */
  stopReason: string;
}

/** The answer to an admit: a permit, or why there is none. Undefined until there is one. */
export interface ModelAnswer {
  permit?: ModelPermit;
  refused?: string;
}

interface Waiter {
  readonly call: ModelCall;
  readonly answer: ModelAnswer;
  readonly pass: { readonly generation: number; readonly lease: number | undefined };
  readonly untilMs: number;
  readonly hops: number;
}

/**
 * All that is shared by the calls of one key, written down as simply as can be: lists of what happened, in the order in
 * which it happened, and no thought of speed. Nothing in here is taken from the code that it is held against.
 */
export class KeyModel {
  phase = 'closed';
  generation = 0;
  late = 0;
  run = 0;
  inFlight = 0;
  sessions = 0;
  waiters: Waiter[] = [];
  totals = { calls: 0, attempts: 0, retries: 0, rejected: 0, wouldRetry: 0, wouldReject: 0 };
  settled = 0;
  #sinceMs = 0;
  #openForMs = 0;
  /** Probes that ended without proving anything about the server: each lets one more go at a time. */
  #inVain = 0;
  #leases: { readonly id: number; readonly untilMs: number }[] = [];
  #given = 0;
  #successes = 0;
  #lastMs = 0;
  #ledger: { readonly atMs: number; readonly what: 'began' | 'answered' | 'retry' }[] = [];
  #ledgerFromMs = 0;
  readonly #world: WorldModel;

  constructor(world: WorldModel) {
    this.#world = world;
  }

  get openRemainingMs(): number {
    return this.phase === 'open' ? Math.max(0, this.#sinceMs + this.#openForMs - this.#world.nowMs) : 0;
  }

  get available(): number {
    const { ratio, minRetriesPerSecond, windowMs } = this.#world.rules;
    const live = this.#live();
    const count = (wanted: string): number => live.filter(({ what }) => what === wanted).length;
    const reserve = Math.max(0, (minRetriesPerSecond * windowMs) / 1_000 - count('began') * ratio);
    return Math.max(
      0,
      Number((Math.min(count('began'), 2 * count('answered')) * ratio + reserve - count('retry')).toFixed(9)),
    );
  }

  begin(mode: ModelMode): ModelCall {
    const { maxRetries } = this.#world.rules;
    const call: ModelCall = {
      key: this,
      mode,
      maxRetries,
      attempts: 0,
      cancelled: false,
      ended: false,
      open: undefined,
      stopReason: 'cancelled',
    };
    if (mode === 'off') return call;
    this.totals.calls += 1;
    this.sessions += 1;
    this.#note('began');
    return call;
  }

  admit(call: ModelCall, answer: ModelAnswer = {}, hops = 0): ModelAnswer {
    if (call.mode === 'off') {
      call.attempts += 1;
      answer.permit = { pass: undefined, hasPlace: false, decision: 'disabled' };
      return answer;
    }
    if (call.mode === 'enforce' && call.cancelled) return this.#refuse(call, answer, 'cancelled', hops);
    const pass = this.#pass();
    if (pass === undefined && call.mode === 'enforce') {
      this.totals.rejected += 1;
      return this.#refuse(call, answer, 'circuit-open', hops);
    }
    if (pass === undefined) {
      this.totals.wouldReject += 1;
      return this.#permit(call, answer, { pass, hasPlace: false, decision: undefined }, hops);
    }
    const { concurrency, queue, maxQueueMs } = this.#world.rules;
    if (this.inFlight < concurrency) {
      this.inFlight += 1;
      return this.#permit(call, answer, { pass, hasPlace: true, decision: undefined }, hops);
    }
    if (call.mode === 'observe') {
      this.totals.wouldReject += 1;
      return this.#permit(call, answer, { pass, hasPlace: false, decision: undefined }, hops);
    }
    if (this.waiters.length >= queue) return this.#limited(call, answer, pass, hops);
    this.waiters.push({ call, answer, pass, untilMs: this.#world.nowMs + maxQueueMs, hops: hops + 1 });
    return answer;
  }

  /**
   * A waiting attempt leaves the queue: it has a slot, or its time is up, or it is cancelled. The rest follows a little
   * later.
   */
  wake(waiter: Waiter, entered: boolean): void {
    this.waiters = this.waiters.filter((other) => other !== waiter);
    this.#world.later(() => {
      const { call, answer, pass, hops } = waiter;
      if (entered && this.#isGood(pass) && !call.cancelled) {
        this.#permit(call, answer, { pass, hasPlace: true, decision: undefined }, hops);
        return;
      }
      if (entered) this.#leave();
      else if (!call.cancelled) {
        this.#limited(call, answer, pass, hops);
        return;
      }
      this.#release(pass);
      this.admit(call, answer, hops);
    });
  }

  /** Free slots go to those that have waited longest. */
  fill(): void {
    while (this.waiters[0] !== undefined && this.inFlight < this.#world.rules.concurrency) {
      this.inFlight += 1;
      this.wake(this.waiters[0], true);
    }
  }

  settle(call: ModelCall, permit: ModelPermit, result: 'ok' | 'fail' | 'bug'): string {
    if (permit.decision !== undefined) return permit.decision;
    if (result !== 'ok' && call.cancelled) return this.abandon(call, permit, 'cancelled');
    if (permit.hasPlace) this.#leave();
    // An error of unknown kind is an answer where rates are counted, and proves nothing as a probe.
    if (permit.pass !== undefined && result === 'bug' && this.phase === 'half-open') this.#release(permit.pass);
    else if (permit.pass !== undefined) this.#count(permit.pass, result === 'fail');
    this.settled += 1;
    if (result !== 'fail') this.#note('answered');
    return this.#decided(call, permit, this.#decide(call, result));
  }

  abandon(call: ModelCall, permit: ModelPermit, why: 'cancelled' | 'unused'): string {
    if (permit.decision !== undefined) return permit.decision;
    if (permit.hasPlace) this.#leave();
    if (permit.pass !== undefined) this.#release(permit.pass);
    if (why === 'unused') {
      this.totals.attempts -= 1;
      if (call.attempts > 1) this.totals.retries -= 1;
      call.attempts -= 1;
      return this.#decided(call, permit, 'success');
    }
    this.settled += 1;
    return this.#decided(call, permit, 'cancelled');
  }

  end(call: ModelCall): void {
    if (call.ended || call.mode === 'off') return;
    if (call.open !== undefined) this.abandon(call, call.open, 'cancelled');
    call.ended = true;
    this.sessions -= 1;
  }

  byHand(action: 'open' | 'close' | 'reset'): void {
    if (action === 'open' && this.phase !== 'forced-open') this.#become('forced-open');
    if (action === 'close' && this.phase !== 'closed') this.#become('closed');
    if (action !== 'reset') return;
    this.#become('closed');
    this.late = 0;
  }

  forgetRun(): void {
    this.run = 0;
  }

  forgetLedger(): void {
    this.#ledger = [];
  }

  #permit(call: ModelCall, answer: ModelAnswer, permit: ModelPermit, hops: number): ModelAnswer {
    call.attempts += 1;
    this.totals.attempts += 1;
    if (call.attempts > 1) this.totals.retries += 1;
    this.#world.laterIf(hops > 0, hops, () => {
      if (call.open !== undefined) this.abandon(call, call.open, 'cancelled');
      call.open = permit;
      if (call.ended) this.abandon(call, permit, 'cancelled');
      answer.permit = permit;
    });
    return answer;
  }

  #refuse(call: ModelCall, answer: ModelAnswer, why: string, hops: number): ModelAnswer {
    call.stopReason = why;
    this.#world.laterIf(hops > 0, hops, () => {
      answer.refused = why;
    });
    return answer;
  }

  #limited(call: ModelCall, answer: ModelAnswer, pass: Waiter['pass'], hops: number): ModelAnswer {
    this.#release(pass);
    this.totals.rejected += 1;
    return this.#refuse(call, answer, 'limited', hops);
  }

  #decide(call: ModelCall, result: 'ok' | 'fail' | 'bug'): string {
    if (result === 'ok') return 'success';
    if (call.cancelled) return 'cancelled';
    if (result === 'bug') return 'permanent';
    if (call.attempts - 1 >= call.maxRetries) return 'exhausted';
    const isObserved = call.mode !== 'enforce';
    if (this.phase === 'forced-open' || this.openRemainingMs > 0) return isObserved ? 'disabled' : 'circuit-open';
    if (this.available < 1) return isObserved ? 'disabled' : 'budget';
    this.#note('retry');
    if (call.mode === 'enforce') return 'retry';
    this.totals.wouldRetry += 1;
    return 'disabled';
  }

  #decided(call: ModelCall, permit: ModelPermit, decision: string): string {
    permit.decision = decision;
    if (call.open === permit) call.open = undefined;
    if (decision !== 'retry' && !call.ended) call.stopReason = decision;
    return decision;
  }

  #leave(): void {
    this.inFlight -= 1;
    this.fill();
  }

  #pass(): Waiter['pass'] | undefined {
    const { nowMs, rules } = this.#world;
    if (this.phase === 'closed') return { generation: this.generation, lease: undefined };
    if (this.phase === 'forced-open' || this.openRemainingMs > 0) return undefined;
    if (this.phase === 'open') this.#become('half-open');
    this.#leases = this.#leases.filter(({ untilMs }) => nowMs < untilMs);
    if (this.#leases.length >= rules.probes + this.#inVain) return undefined;
    this.#given += 1;
    this.#leases.push({ id: this.#given, untilMs: nowMs + rules.probeLeaseMs });
    return { generation: this.generation, lease: this.#given };
  }

  #isGood({ generation }: Waiter['pass']): boolean {
    return generation === this.generation;
  }

  #release(pass: Waiter['pass']): void {
    if (!this.#isGood(pass) || pass.lease === undefined) return;
    this.#return(pass);
    this.#inVain += 1;
  }

  #return(pass: Waiter['pass']): void {
    this.#leases = this.#leases.filter(({ id }) => id !== pass.lease);
  }

  #count(pass: Waiter['pass'], failed: boolean): void {
    const { nowMs, rules } = this.#world;
    if (!this.#isGood(pass)) {
      this.late += 1;
      return;
    }
    if (this.phase === 'half-open') {
      this.#return(pass);
      this.#successes += 1;
      if (failed) this.#trip();
      else if (this.#successes >= rules.successesToClose) this.#become('closed');
      return;
    }
    if (nowMs - this.#lastMs >= 30_000) this.run = 0;
    this.run = failed ? this.run + 1 : 0;
    this.#lastMs = nowMs;
    if (this.run >= rules.consecutiveFailures) this.#trip();
  }

  #trip(): void {
    this.#become('open');
    this.#openForMs = this.#world.rules.openMs;
  }

  #become(phase: string): void {
    this.phase = phase;
    this.generation += 1;
    this.#sinceMs = this.#world.nowMs;
    this.run = 0;
    this.#leases = [];
    this.#inVain = 0;
    this.#successes = 0;
  }

  /** Entries of the budget: in tenths of its window, from the first entry after a time without any. */
  #live() {
    const tenthMs = this.#world.rules.windowMs / 10;
    const tenth = (ms: number) => Math.floor((ms - this.#ledgerFromMs) / tenthMs);
    return this.#ledger.filter(({ atMs }) => tenth(atMs) > tenth(this.#world.nowMs) - 10);
  }

  #note(what: 'began' | 'answered' | 'retry'): void {
    if (this.#live().length === 0) {
      this.#ledger = [];
      this.#ledgerFromMs = this.#world.nowMs;
    }
    this.#ledger.push({ atMs: this.#world.nowMs, what });
  }
}

/** The keys, the time, and what happens a little later: in the order in which promises are settled. */
export class WorldModel {
  nowMs = 0;
  mode: ModelMode = 'enforce';
  readonly keys: readonly KeyModel[];
  rules: ModelRules;
  #tasks: (() => void)[] = [];

  constructor(rules: ModelRules, keys: number) {
    this.rules = { ...rules };
    this.keys = Array.from({ length: keys }, () => new KeyModel(this));
  }

  later(task: () => void, hops = 1): void {
    this.#tasks.push(hops <= 1 ? task : () => this.later(task, hops - 1));
  }

  laterIf(late: boolean, hops: number, task: () => void): void {
    if (late) this.later(task, 1 + 3 * (hops - 1));
    else task();
  }

  runTasks(): void {
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) task();
  }

  /** Lets time pass. Attempts that have waited for long enough give up, one after the other. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const waiting = this.keys.flatMap((key) => key.waiters.map((waiter) => ({ key, waiter })));
      const [first] = waiting
        .filter(({ waiter }) => waiter.untilMs <= endMs)
        .sort((a, b) => a.waiter.untilMs - b.waiter.untilMs);
      if (first === undefined) break;
      this.nowMs = Math.max(this.nowMs, first.waiter.untilMs);
      first.key.wake(first.waiter, false);
      this.runTasks();
    }
    this.nowMs = endMs;
  }

  cancel(call: ModelCall): void {
    call.cancelled = true;
    const mine = call.key.waiters.filter((waiter) => waiter.call === call);
    for (const waiter of mine) call.key.wake(waiter, false);
  }
}
