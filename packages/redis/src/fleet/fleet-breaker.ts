import {
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
  type StoreContext,
  type StoreId,
  type Transition,
} from '@breakwater/core/store';
import type { BreakerCommands } from '../commands/breaker-commands.js';
import { CommandQueue } from '../commands/command-queue.js';
import type { FleetView } from '../commands/fleet-view.js';
import { FleetCoolDown } from './fleet-cool-down.js';
import { FleetEvidence } from './fleet-evidence.js';
import type { FleetBreakerHost, FleetLink } from './fleet-link.js';
import { FleetMoves } from './fleet-moves.js';
import { FleetProbes } from './fleet-probes.js';
import { FleetSight } from './fleet-sight.js';
import { budgetArguments, KeyBudgetShare } from './key-budget-share.js';
import { SyncLoop } from './sync-loop.js';
import { NO_WINDOW } from './window-name.js';

/**
 * One key's state here, and its link to the fleet. Decisions are made on the state, here and at once. In the background
 * the link tells what has changed here, and takes over what has changed elsewhere.
 */
export class FleetBreaker implements FleetLink {
  readonly state: KeyState = newKeyState();
  readonly host: FleetBreakerHost;
  readonly wire: BreakerCommands;
  #context: StoreContext;
  readonly #loop: SyncLoop;
  readonly #line: CommandQueue;
  readonly #sight: FleetSight;
  readonly #budget: KeyBudgetShare;
  readonly #evidence: FleetEvidence;
  readonly #moves: FleetMoves;
  readonly #coolDown: FleetCoolDown;
  readonly #probes: FleetProbes;
  #generation = 0;

  constructor(host: FleetBreakerHost, wire: BreakerCommands, id: StoreId, context: StoreContext) {
    this.host = host;
    this.wire = wire;
    this.#context = context;
    this.#sight = new FleetSight(host, id);
    this.#budget = new KeyBudgetShare(this);
    this.#evidence = new FleetEvidence(this);
    this.#moves = new FleetMoves(this, this.#evidence);
    this.#coolDown = new FleetCoolDown(this);
    this.#probes = new FleetProbes(this, this.#sight, this.#budget);
    this.#line = new CommandQueue(host.background, host.health, this, {
      failed: () => {
        this.#dropCounts();
        this.#loop.wake();
      },
      // A client may keep a command for as long as Redis is away: what was counted meanwhile is no news.
      returned: () => {
        this.#evidence.dropUnsent();
        this.#budget.dropUnsent();
      },
    });
    this.#loop = new SyncLoop(host.background, host.settings, {
      sync: () => this.#sync(),
      mustKeepPolling: () => this.#mustKeepPolling(),
      asleep: () => this.#dropCounts(),
    });
  }

  get context(): StoreContext {
    return this.#context;
  }

  get generation(): number {
    return this.#generation;
  }

  get isDegraded(): boolean {
    return this.host.health.isDegraded(this);
  }

  /** Joins the fleet. `heard`: what is known of the key already. */
  start(heard: FleetView | undefined): void {
    if (heard !== undefined) this.applyView(heard);
    // The key's budget is made right after this, and must learn of the fleet before the first retry.
    queueMicrotask(() => void this.#loop.run());
  }

  recorded(evidence: HealthSample): void {
    this.#evidence.record(evidence);
    this.#loop.noteCall(evidence.failed || evidence.slow);
  }

  rulesChanged(rules: BreakerRules | undefined): void {
    const wasOff = this.#context.rules === undefined;
    this.#context = { ...this.#context, rules };
    if (wasOff && rules !== undefined) {
      // The fleet's decisions of the meantime were heard and not followed.
      this.#generation = 0;
      this.#loop.wake();
    }
    this.#evidence.rulesChanged();
  }

  moved(transition: Transition): void {
    const { to, why, openForMs } = transition;
    if (to === 'half-open') return;
    this.#evidence.clear();
    this.#probes.over();
    const moves = this.#moves;
    if (to === 'open') {
      this.#probes.dueIn(openForMs);
      moves.opened(transition);
      return;
    }
    const wasAlone = moves.isOpenOnlyHere;
    moves.forget();
    if (to === 'forced-open') moves.queue('forced-open', why);
    else if (why === 'forced-close' || why === 'reset') moves.queue(why, why);
    else if (!wasAlone) moves.queue('closed', why);
  }

  async acquireProbe(leaseMs?: number): Promise<ProbeGrant | undefined> {
    const { rules } = this.#context;
    if (rules === undefined || this.#moves.isOpenOnlyHere || this.isDegraded) return undefined;
    return this.#probes.acquire(rules, leaseMs);
  }

  probeEnded(token: string, end: ProbeEnd): void {
    this.#probes.ended(token, end);
  }

  coolDownChanged(remainingMs: number): void {
    this.#coolDown.changed(remainingMs);
  }

  /**
   * Takes over what another process has told, unless something of our own is on its way: its answer will know better.
   */
  applyView(view: FleetView): void {
    this.#coolDown.follow(view);
    if (!this.#moves.isInFlight && view.generation > this.#generation) this.#follow(view);
    if (view.generation === this.#generation) this.#probes.noteLeases(view);
  }

  /**
   * Sends what is unsent and takes over the fleet's view. Resolves when Redis has answered, or has not for too long.
   */
  async flush(): Promise<void> {
    await this.#line.drain();
    await Promise.race([this.#loop.run(), this.#line.answerTimeout()]);
    await this.#line.drain();
  }

  budget(rules: BudgetRules): KeyBudget {
    return this.#budget.by(rules);
  }

  /** Number of instances that had the key in use when the fleet was seen last. Asks again. */
  instances(): number {
    this.#loop.noteCall(false);
    return this.#sight.size;
  }

  /** The fleet as it was seen last. */
  seen(): FleetSnapshot {
    return this.#sight.snapshot(this.#generation, this.#budget.callsPerSecond, this.#moves.isOpenByOwnFailures);
  }

  close(): void {
    this.#loop.stop();
    this.#line.close();
  }

  send(command: () => Promise<FleetView>, ended?: () => void): Promise<FleetView | undefined> {
    const generation = this.#generation;
    return this.#line.send(command, (view) => {
      ended?.();
      if (view !== undefined) this.#receive(view, generation);
    });
  }

  noteCall(urgent: boolean): void {
    this.#loop.noteCall(urgent);
  }

  wake(): void {
    this.#loop.wake();
  }

  /** Drops the counts of the others, which are out of date. */
  #dropCounts(): void {
    this.#evidence.dropCounts();
    this.#budget.cutOff();
  }

  #mustKeepPolling(): boolean {
    const { breaker } = this.state;
    return (
      this.#moves.isPending ||
      this.#coolDown.isUntold ||
      breaker.phase === 'forced-open' ||
      openRemainingMs(breaker, this.#context.clock.now()) > 0 ||
      this.isDegraded ||
      this.host.health.needsAnswers
    );
  }

  async #sync(): Promise<void> {
    const generation = this.#generation;
    const { window } = this.#evidence;
    const taken = this.#evidence.take();
    const servedForMs = this.#evidence.servedForMs(taken);
    const { calls, failures, slow } = taken;
    const news = this.#budget.take();
    const view = await this.send(() =>
      this.wire.run(
        'sync',
        window,
        generation,
        calls,
        failures,
        slow,
        this.host.instance,
        servedForMs,
        this.host.settings.quorum,
        this.#sight.countedIn,
        this.#sight.stretchesPerPoll,
        ...budgetArguments(news),
      ),
    );
    if (view === undefined) return;
    this.#sight.countedIn = view.stretch;
    if (news !== undefined) this.#budget.viewed(news, view);
    const isOld = window !== this.#evidence.window;
    if (!isOld) this.#sight.noteRules(view);
    if (view.applied && generation === this.#generation && !isOld) this.#evidence.sent(view.slice, taken);
    this.#moves.retry();
    if (this.#coolDown.isUntold) this.#coolDown.tell();
    if (window !== NO_WINDOW && !isOld && view.generation === this.#generation) {
      const transition = this.#evidence.judge(view);
      if (transition !== undefined) this.moved(transition);
    }
    this.#probes.noteLeases(view);
  }

  /** `asked`: the generation that was known here when the command went out. */
  #receive(view: FleetView, asked: number): void {
    this.#sight.saw(view);
    if (view.published !== undefined) this.host.health.published(view.published);
    this.#coolDown.follow(view);
    if (this.#moves.isInFlight) return;
    if (view.generation > this.#generation) {
      if (this.#moves.isOrderPending && !view.applied) this.#generation = view.generation;
      else this.#follow(view);
    } else if (view.generation < asked && asked === this.#generation) {
      this.#restoreLostState(view);
    }
  }

  #follow(view: FleetView): void {
    const { rules, clock } = this.#context;
    const { breaker } = this.state;
    this.#generation = view.generation;
    this.#moves.forget();
    this.#probes.over();
    this.#evidence.clear();
    if (rules === undefined) return;
    // Half-open already: a call that began a moment ago must not find it open for that moment more.
    const waitsForProbes = view.phase === 'open' && view.remainingMs === 0 && breaker.phase !== 'half-open';
    const remainingMs = Math.min(view.remainingMs, longestOpenMs(rules));
    const transition = adoptFleetPhase(breaker, waitsForProbes ? 'half-open' : view.phase, remainingMs, clock.now());
    adoptFleetGrowth(breaker, view.growth);
    if (transition === undefined) return;
    if (view.why === 'probes-succeeded') beginRamp(breaker, rules);
    if (view.phase === 'open') this.#probes.dueIn(remainingMs);
    announce(this.state, transition);
    this.#loop.wake();
  }

  /** Redis has lost what it knew: it was flushed, came back empty, or a replica took over that had not heard of it. */
  #restoreLostState(view: FleetView): void {
    const { phase } = this.state.breaker;
    this.#evidence.clear();
    if (view.phase !== 'closed') {
      this.#follow(view);
      return;
    }
    this.#generation = view.generation;
    if (this.#moves.isOpenOnlyHere || this.#moves.isPending || phase === 'closed') return;
    this.#moves.queue(phase === 'forced-open' ? 'forced-open' : 'reopen');
  }
}

/** Returns how long a circuit may stay open by this process's own rules, jitter included, whatever the fleet tells. */
function longestOpenMs({ maxOpenMs }: BreakerRules): number {
  return maxOpenMs * 1.1;
}
