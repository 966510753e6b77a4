import {
  adoptFleetCounts,
  adoptFleetGrowth,
  adoptFleetPhase,
  announce,
  type BreakerRules,
  type BudgetRules,
  beginRamp,
  type FleetSnapshot,
  type HealthSample,
  type KeyBudget,
  type KeyState,
  newKeyState,
  openRemainingMs,
  type ProbeEnd,
  type ProbeGrant,
  probesAt,
  type StoreContext,
  type StoreId,
  type Transition,
  tripIfDue,
} from '@breakwater/core/store';
import type { Background } from '../commands/background.js';
import type { BreakerCommands } from '../commands/breaker-commands.js';
import { CommandQueue } from '../commands/command-queue.js';
import type { FleetView } from '../commands/fleet-view.js';
import type { Health } from '../commands/health.js';
import type { RedisStoreSettings } from '../options.js';
import { BudgetShare } from './budget-share.js';
import { OutcomePool } from './outcome-pool.js';
import { ProbeTurns } from './probe-turns.js';
import { SyncLoop } from './sync-loop.js';
import { budgetName, NO_WINDOW, windowName } from './window-name.js';

const COUNT_WINDOW_MEMORY_MS = 30_000;
/** Length of the stretches in which the instances are counted: `SEEN_MS` of the scripts. */
const STRETCH_MS = 10_000;

/** A transition that the fleet does not know yet. `reopen`: one that it knew before it lost its memory. */
type PendingTransition = 'open' | 'reopen' | 'closed' | 'forced-open' | 'forced-close' | 'reset';

/** Common parts of the keys of a store. */
export interface FleetBreakerHost {
  readonly settings: RedisStoreSettings;
  readonly background: Background;
  readonly health: Health;
  /** This process, among those of the fleet. */
  readonly instance: string;
}

/**
 * One key's state here, and its conversation with the fleet. Decisions are made on the state, here and at once;
 * the conversation goes on in the background: it tells what has changed here and takes over what has changed elsewhere.
 */
export class FleetBreaker {
  readonly state: KeyState = newKeyState();
  readonly #host: FleetBreakerHost;
  readonly #wire: BreakerCommands;
  readonly #id: StoreId;
  #context: StoreContext;
  #window: string;
  readonly #ledger = new OutcomePool();
  readonly #loop: SyncLoop;
  readonly #line: CommandQueue;
  /** The newest of the fleet's generations that this state follows. */
  #generation = 0;
  #coolGeneration = 0;
  /** Open for this process alone: too few others saw failures. */
  #openOnlyHere = false;
  #pending: PendingTransition | undefined;
  #why = '-';
  #pendingVersion = 0;
  #sendsInFlight = 0;
  #coolUnsaid = false;
  #coolToldMs = Number.NEGATIVE_INFINITY;
  #failedMs = Number.NEGATIVE_INFINITY;
  readonly #probeTurns: ProbeTurns;
  #tokens = 0;
  #rulesDiffer = false;
  /** The fleet's last answer, and when it came. */
  #answered: { readonly view: FleetView; readonly atMs: number } | undefined;
  #budget: BudgetShare | undefined;
  /** The stretch in which this process was counted last. */
  #countedIn = 0;

  constructor(host: FleetBreakerHost, wire: BreakerCommands, id: StoreId, context: StoreContext) {
    this.#host = host;
    this.#wire = wire;
    this.#id = id;
    this.#context = context;
    this.#window = windowName(context, host.settings);
    this.#probeTurns = new ProbeTurns(context.random);
    this.#line = new CommandQueue(host.background, host.health, this, () => this.#cutOff());
    this.#loop = new SyncLoop(host.background, host.settings, {
      sync: () => this.#sync(),
      mustKeepPolling: () => this.#mustKeepPolling(),
      asleep: () => {
        adoptFleetCounts(this.state.breaker, undefined);
        this.#budget?.cutOff(this.#context.clock.now());
      },
    });
  }

  /** Joins the fleet. `heard`: what is known of the key already. */
  start(heard: FleetView | undefined): void {
    if (heard !== undefined) this.applyView(heard);
    void this.#loop.run();
  }

  recorded(evidence: HealthSample): void {
    const bad = evidence.failed || evidence.slow;
    if (bad) this.#failedMs = this.#host.background.now();
    if (this.#window !== NO_WINDOW && this.state.breaker.phase === 'closed') {
      this.#ledger.add(evidence.failed, evidence.slow);
    }
    this.#loop.noteCall(bad);
  }

  /** A window of another kind or length is another place in Redis: what was pooled in the old one is left behind. */
  rulesChanged(rules: BreakerRules | undefined): void {
    const wasOff = this.#context.rules === undefined;
    this.#context = { ...this.#context, rules };
    if (wasOff && rules !== undefined) {
      // What the fleet decided meanwhile was heard and not followed.
      this.#generation = 0;
      this.#loop.wake();
    }
    const window = windowName(this.#context, this.#host.settings);
    if (window === this.#window) return;
    this.#window = window;
    this.#ledger.clear();
    adoptFleetCounts(this.state.breaker, undefined);
  }

  moved({ to, why, openForMs }: Transition): void {
    if (to === 'half-open') return;
    this.#ledger.clear();
    this.#probeTurns.ended();
    this.#why = why;
    if (to === 'open') {
      this.#probeTurns.began(this.#context.clock.now() + openForMs, this.#fleetSize());
      this.#queue('open');
    } else if (to === 'closed' && why !== 'forced-close' && why !== 'reset') {
      const wasAlone = this.#openOnlyHere;
      this.#openOnlyHere = false;
      if (!wasAlone) this.#queue('closed');
    } else {
      this.#openOnlyHere = false;
      this.#queue(to === 'forced-open' ? 'forced-open' : why === 'reset' ? 'reset' : 'forced-close');
    }
  }

  async acquireProbe(leaseMs?: number): Promise<ProbeGrant | undefined> {
    const { rules, clock } = this.#context;
    if (rules === undefined || this.#openOnlyHere || this.#host.health.isDegraded(this)) return undefined;
    const waitMs = this.#probeTurns.waitMs(clock.now());
    if (waitMs > 0) return { granted: false, retryAfterMs: waitMs };
    this.#tokens += 1;
    const token = `${this.#host.instance}.${this.#tokens}`;
    const view = await this.#send(() =>
      this.#wire.run('probe', token, Math.ceil(leaseMs ?? rules.probeLeaseMs), this.#probes(rules)),
    );
    if (view === undefined) return undefined;
    if (view.applied) return { granted: true, token };
    if (view.phase === 'closed') return undefined;
    const retryAfterMs = view.waitMs > 0 ? view.waitMs : rules.openMs;
    // However many calls come meanwhile, the fleet is asked once per `syncMs`, or when it says that a probe has ended.
    this.#probeTurns.refused(clock.now(), Math.min(retryAfterMs, this.#host.settings.syncMs), this.#fleetSize());
    return { granted: false, retryAfterMs };
  }

  probeEnded(token: string, end: ProbeEnd): void {
    const { rules } = this.#context;
    // A failure has opened the circuit, and that ends all leases.
    if (end === 'failure' && this.state.breaker.phase === 'open') return;
    // Where the breaker was switched off meanwhile, the fleet gets its place back and no verdict.
    const how = end === 'success' && rules !== undefined ? 'success' : 'released';
    void this.#send(() => this.#wire.tell('settle', token, how, rules?.successesToClose ?? 1));
  }

  coolDownChanged(remainingMs: number): void {
    const { background, settings } = this.#host;
    const soon = background.now() - this.#coolToldMs < settings.syncMs;
    this.#coolUnsaid = true;
    if (remainingMs > 0 && soon) this.#loop.noteCall(true);
    else this.#tellCoolDown();
  }

  /**
   * Takes over what another process has told, unless something of our own is on its way: its answer will know better.
   */
  applyView(view: FleetView): void {
    this.#followCoolDown(view);
    if (this.#sendsInFlight === 0 && view.generation > this.#generation) this.#follow(view);
    if (view.generation === this.#generation) this.#noteLeases(view);
  }

  /**
   * Sends what is unsent and takes over the fleet's view. Resolves when Redis has answered, or has not for too long.
   */
  async flush(): Promise<void> {
    await this.#line.drain();
    await Promise.race([this.#loop.run(), this.#line.answerTimeout()]);
    await this.#line.drain();
  }

  /** The budget by these rules. One by other rules, of before, is shared no more. */
  budget(rules: BudgetRules): KeyBudget {
    const { clock, random } = this.#context;
    if (this.#budget?.name === budgetName(rules)) return this.#budget;
    this.#budget?.cutOff(clock.now());
    this.#budget = new BudgetShare(rules, random, (urgent) => this.#loop.noteCall(urgent));
    return this.#budget;
  }

  /** Number of instances that had the key in use when the fleet was seen last. */
  instances(): number {
    this.#loop.noteCall(false);
    return this.#fleetSize();
  }

  /** The fleet as it was seen last. */
  seen(): FleetSnapshot {
    if (this.#answered === undefined) return { instances: 1 };
    const { view, atMs } = this.#answered;
    const openedBy = view.generation === this.#generation && view.openedBy.length > 0 ? view.openedBy : undefined;
    const callsPerSecond = this.#budget?.callsPerSecond(this.#context.clock.now());
    return { instances: view.instances, callsPerSecond, sinceSyncMs: this.#host.background.now() - atMs, openedBy };
  }

  close(): void {
    this.#loop.stop();
    this.#line.close();
  }

  /** Number of probes that the fleet may make at a time. */
  #probes(rules: BreakerRules): number {
    return probesAt(rules, this.#budget?.callsPerSecond(this.#context.clock.now()) ?? 0);
  }

  #fleetSize(): number {
    return this.#answered?.view.instances ?? 1;
  }

  /** Drops the counts of the others, which are out of date. */
  #cutOff(): void {
    adoptFleetCounts(this.state.breaker, undefined);
    this.#budget?.cutOff(this.#context.clock.now());
    this.#loop.wake();
  }

  #mustKeepPolling(): boolean {
    const { breaker } = this.state;
    return (
      this.#pending !== undefined ||
      this.#coolUnsaid ||
      breaker.phase === 'forced-open' ||
      openRemainingMs(breaker, this.#context.clock.now()) > 0 ||
      this.#host.health.isDegraded(this) ||
      this.#host.health.needsAnswers
    );
  }

  async #sync(): Promise<void> {
    const generation = this.#generation;
    const window = this.#window;
    const taken = this.#ledger.take();
    const { calls, failures, slow } = taken;
    const budget = this.#budget;
    const spent = budget?.take();
    const view = await this.#send(() =>
      this.#wire.run(
        'sync',
        window,
        generation,
        calls,
        failures,
        slow,
        this.#host.instance,
        this.#host.settings.quorum,
        this.#countedIn,
        Math.max(1, this.#host.settings.pollMs / STRETCH_MS),
        budget?.name ?? '-',
        spent?.began ?? 0,
        spent?.answered ?? 0,
        spent?.withdrawn ?? 0,
        spent?.refused ?? 0,
      ),
    );
    if (view === undefined) return;
    this.#countedIn = view.stretch;
    if (spent !== undefined) budget?.viewed(view, spent, this.#host.settings.pollMs, this.#context.clock.now());
    const isOld = window !== this.#window;
    if (!isOld) this.#noteRules(view);
    if (view.applied && generation === this.#generation && !isOld) this.#ledger.sent(view.slice, taken);
    if (this.#sendsInFlight === 0 && this.#pending !== undefined) void this.#sendPending(this.#pending);
    if (this.#coolUnsaid) this.#tellCoolDown();
    if (window !== NO_WINDOW && !isOld && view.generation === this.#generation) this.#tripIfDue(view);
    this.#noteLeases(view);
  }

  /** Tests the rules on what the fleet has seen, once enough of it has seen failures. */
  #tripIfDue(view: FleetView): void {
    const { rules, clock, random } = this.#context;
    const { breaker } = this.state;
    if (rules === undefined || breaker.phase !== 'closed') return;
    const rest = this.#ledger.rest(view);
    const pooled = rest.calls > 0 && (view.failing >= view.needed || rest.failures + rest.slow === 0);
    adoptFleetCounts(breaker, pooled ? { ...rest, failingInstances: view.failing } : undefined);
    const transition = tripIfDue(breaker, rules, breaker.cause, clock.now(), random);
    if (transition === undefined) return;
    announce(this.state, transition);
    this.moved(transition);
  }

  #queue(move: PendingTransition): void {
    this.#pendingVersion += 1;
    this.#pending = move;
    if (this.#host.health.isDegraded(this)) this.#loop.wake();
    else void this.#sendPending(move);
  }

  /**
   * Says a move to the fleet. What fails stays unsaid, and is said again when Redis is back, if it still holds then.
   */
  async #sendPending(move: PendingTransition): Promise<void> {
    const { breaker } = this.state;
    if (move === 'open' && breaker.phase === 'half-open') {
      this.#openOnlyHere = true;
      this.#pending = undefined;
      return;
    }
    const turn = this.#pendingVersion;
    this.#sendsInFlight += 1;
    const view = await this.#send(
      () => this.#command(move),
      () => (this.#sendsInFlight -= 1),
    );
    if (turn !== this.#pendingVersion) return;
    if (view === undefined) {
      this.#loop.wake();
      return;
    }
    this.#pending = undefined;
    // Too few others have seen failures, or failed a probe: this process is open by itself.
    if (move === 'open' && !view.applied && breaker.phase === 'open' && view.remainingMs === 0)
      this.#openOnlyHere = true;
  }

  #command(move: PendingTransition): Promise<FleetView> {
    const { breaker } = this.state;
    switch (move) {
      case 'open':
      case 'reopen': {
        const { background, instance, settings } = this.#host;
        const { clock, rules } = this.#context;
        const remainingMs = Math.ceil(openRemainingMs(breaker, clock.now()));
        const window = this.#window === NO_WINDOW ? `t${COUNT_WINDOW_MEMORY_MS}` : this.#window;
        const memoryMs = rules?.window.kind === 'time' ? rules.window.ms : COUNT_WINDOW_MEMORY_MS;
        const sawFailure = background.now() - this.#failedMs < memoryMs;
        const quorum = move === 'open' ? settings.quorum : 1;
        const who = sawFailure ? instance : '-';
        return this.#wire.tell(
          'trip',
          window,
          this.#generation,
          remainingMs,
          breaker.openSteps,
          quorum,
          who,
          this.#why,
        );
      }
      case 'closed':
        return this.#wire.tell('close', this.#generation);
      case 'forced-open':
        return this.#wire.tell('force', 'forced-open', 'forced-open');
      case 'forced-close':
      case 'reset':
        return this.#wire.tell('force', 'closed', move);
    }
  }

  #tellCoolDown(): void {
    if (this.#host.health.isDegraded(this)) return;
    const { background } = this.#host;
    const remainingMs = Math.ceil(this.state.coolDown.remainingMs(this.#context.clock.now()));
    this.#coolUnsaid = false;
    this.#coolToldMs = background.now();
    void this.#send(() => this.#wire.tell('cool', remainingMs)).then((view) => {
      if (view === undefined) this.#coolUnsaid = remainingMs > 0;
    });
  }

  /** Runs a command and takes over what its answer says. Undefined where there was none. Never rejects. */
  #send(command: () => Promise<FleetView>, ended?: () => void): Promise<FleetView | undefined> {
    const generation = this.#generation;
    return this.#line.send(command, (view) => {
      ended?.();
      if (view !== undefined) this.#receive(view, generation);
    });
  }

  /** `asked`: the generation that was known here when the command went out. */
  #receive(view: FleetView, asked: number): void {
    this.#answered = { view, atMs: this.#host.background.now() };
    this.#followCoolDown(view);
    if (this.#sendsInFlight > 0) return;
    if (view.generation > this.#generation) {
      const forced = this.#pending === 'forced-open' || this.#pending === 'forced-close' || this.#pending === 'reset';
      if (forced && !view.applied) this.#generation = view.generation;
      else this.#follow(view);
    } else if (view.generation < asked && asked === this.#generation) {
      this.#restoreLostState(view);
    }
  }

  #follow(view: FleetView): void {
    const { rules, clock } = this.#context;
    const { breaker } = this.state;
    this.#generation = view.generation;
    this.#openOnlyHere = false;
    this.#pending = undefined;
    this.#probeTurns.ended();
    this.#ledger.clear();
    if (rules === undefined) return;
    // Half-open already: a call that began a moment ago must not find it open for that moment more.
    const waitsForProbes = view.phase === 'open' && view.remainingMs === 0 && breaker.phase !== 'half-open';
    const remainingMs = Math.min(view.remainingMs, longestOpenMs(rules));
    const transition = adoptFleetPhase(breaker, waitsForProbes ? 'half-open' : view.phase, remainingMs, clock.now());
    adoptFleetGrowth(breaker, view.growth);
    if (transition === undefined) return;
    if (view.why === 'probes-succeeded') beginRamp(breaker, rules);
    if (view.phase === 'open') this.#probeTurns.began(clock.now() + remainingMs, this.#fleetSize());
    announce(this.state, transition);
    this.#loop.wake();
  }

  /** Redis has lost what it knew: it was flushed, came back empty, or a replica took over that had not heard of it. */
  #restoreLostState(view: FleetView): void {
    const { phase } = this.state.breaker;
    this.#ledger.clear();
    if (view.phase !== 'closed') {
      this.#follow(view);
      return;
    }
    this.#generation = view.generation;
    if (this.#openOnlyHere || this.#pending !== undefined || phase === 'closed') return;
    this.#queue(phase === 'forced-open' ? 'forced-open' : 'reopen');
  }

  #followCoolDown({ coolGeneration, coolRemainingMs }: FleetView): void {
    if (coolGeneration <= this.#coolGeneration) return;
    this.#coolGeneration = coolGeneration;
    const { coolDown } = this.state;
    const nowMs = this.#context.clock.now();
    if (coolRemainingMs > 0) coolDown.start(coolRemainingMs, nowMs, undefined);
    else if (coolDown.remainingMs(nowMs) > 0 && !this.#coolUnsaid) coolDown.lift();
  }

  #noteRules({ ruleSets }: FleetView): void {
    const differ = ruleSets > 1;
    if (ruleSets === 0 || differ === this.#rulesDiffer) return;
    this.#rulesDiffer = differ;
    this.#host.health.rules(this.#id, differ);
  }

  #noteLeases({ leases }: FleetView): void {
    const { rules } = this.#context;
    const probes = rules === undefined ? 0 : this.#probes(rules);
    const nowMs = this.#context.clock.now();
    const isDue = openRemainingMs(this.state.breaker, nowMs) === 0;
    if (isDue && leases < probes) this.#probeTurns.freed(nowMs, this.#fleetSize());
  }
}

/** Nothing that the fleet says holds a circuit open for longer than this process's own rules could, jitter included. */
function longestOpenMs({ maxOpenMs }: BreakerRules): number {
  return maxOpenMs * 1.1;
}
