import {
  announce,
  type BreakerRules,
  type BudgetRules,
  type FleetSnapshot,
  type HealthSample,
  type KeyBudget,
  type KeyState,
  newKeyState,
  openRemainingMs,
  type ProbeGrant,
  type StoreContext,
  type Transition,
} from '@breakwater/core/store';
import { CommandQueue } from '../commands/command-queue.js';
import type { FleetView } from '../commands/fleet-view.js';
import { BudgetShare, budgetArguments } from './budget-share.js';
import { FleetCoolDown } from './fleet-cool-down.js';
import { FleetEvidence } from './fleet-evidence.js';
import type { FleetBreakerHost, FleetLink } from './fleet-link.js';
import { FleetMoves } from './fleet-moves.js';
import { FleetProbes } from './fleet-probes.js';
import { FleetSight } from './fleet-sight.js';
import { followPhase } from './follow-phase.js';
import { moveAfterLoss } from './lost-state.js';
import { type Syncer, SyncLoop } from './sync-loop.js';
import { budgetName, NO_WINDOW } from './window-name.js';

/**
 * One key's state here, and its link to the fleet. Decisions are made on the state, here and at once. In the background
 * the link tells what has changed here, and takes over what has changed elsewhere.
 *
 * There is one for each key, and a process may have very many: parts that few keys need are made when they are needed.
 */
export class FleetBreaker extends CommandQueue<FleetBreakerHost> implements FleetLink, Syncer {
  readonly state: KeyState = newKeyState();
  readonly name: string;
  #context: StoreContext;
  /** Undefined while the key sleeps. */
  #loop: SyncLoop | undefined;
  readonly #sight: FleetSight;
  #budget: BudgetShare | undefined;
  readonly #evidence: FleetEvidence;
  #moves: FleetMoves | undefined;
  #coolDown: FleetCoolDown | undefined;
  #probes: FleetProbes | undefined;
  #generation = 0;

  constructor(host: FleetBreakerHost, name: string, context: StoreContext) {
    super(host);
    this.name = name;
    this.#context = context;
    this.#sight = new FleetSight(this);
    this.#evidence = new FleetEvidence(this);
  }

  get context(): StoreContext {
    return this.#context;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Joins the fleet. `heard`: what is known of the key already. */
  start(heard: FleetView | undefined): void {
    if (heard !== undefined) this.applyView(heard);
    // The key's budget is made right after this, and must learn of the fleet before the first retry.
    queueMicrotask(() => void this.#syncing?.run());
  }

  recorded(evidence: HealthSample): void {
    this.#evidence.record(evidence);
    this.#syncing?.noteCall(evidence.failed || evidence.slow);
  }

  rulesChanged(rules: BreakerRules | undefined): void {
    const wasOff = this.#context.rules === undefined;
    this.#context = { ...this.#context, rules };
    if (wasOff && rules !== undefined) {
      // The fleet's decisions of the meantime were heard and not followed.
      this.#generation = 0;
      this.#syncing?.wake();
    }
    this.#evidence.rulesChanged();
  }

  moved(transition: Transition): void {
    const { to, why, openForMs } = transition;
    if (to === 'half-open') return;
    this.#evidence.clear();
    this.#probes?.over();
    const moves = this.#moving;
    if (to === 'open') {
      this.probes.dueIn(openForMs);
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
    if (rules === undefined || this.#moves?.isOpenOnlyHere || this.isDegraded) return undefined;
    return this.probes.acquire(rules, leaseMs);
  }

  /**
   * Takes over what another process has told, unless something of our own is on its way: its answer will know better.
   */
  applyView(view: FleetView): void {
    if (view.coolGeneration > 0) this.coolDown.follow(view);
    if (!this.#moves?.isInFlight && view.generation > this.#generation) this.#follow(view);
    if (view.generation === this.#generation) this.#probes?.noteLeases(view);
  }

  /**
   * Sends what is unsent and takes over the fleet's view. Resolves when Redis has answered, or has not for too long.
   */
  async flush(): Promise<void> {
    if (!(await this.drain())) return;
    if (await this.inTime(this.#syncing?.run() ?? Promise.resolve())) await this.drain();
  }

  /** Returns the key's part of the fleet's budget by these rules. One by earlier rules is shared no more. */
  budget(rules: BudgetRules): KeyBudget {
    if (this.#budget?.name === budgetName(rules)) return this.#budget;
    this.#budget?.cutOff();
    this.#budget = new BudgetShare(rules, this);
    return this.#budget;
  }

  /** Calls of the fleet in a second; undefined if they are not known. */
  get callsPerSecond(): number | undefined {
    return this.#budget?.callsPerSecond(this.#context.clock.now());
  }

  /** Number of instances that had the key in use when the fleet was seen last. Asks again. */
  instances(): number {
    this.#syncing?.noteCall(false);
    return this.#sight.size;
  }

  /** The fleet as it was seen last. */
  seen(): FleetSnapshot {
    const isAlone = this.#moves?.isOpenByOwnFailures === true;
    return this.#sight.snapshot(this.#generation, this.callsPerSecond, isAlone);
  }

  override close(): void {
    super.close();
    this.#loop?.stop();
  }

  send(
    command: () => Promise<FleetView>,
    ended?: (view: FleetView | undefined) => void,
  ): Promise<FleetView | undefined> {
    const generation = this.#generation;
    return this.ask(command, (view) => {
      ended?.(view);
      if (view !== undefined) this.#receive(view, generation);
    });
  }

  noteCall(urgent: boolean): void {
    this.#syncing?.noteCall(urgent);
  }

  wake(): void {
    this.#syncing?.wake();
  }

  protected failed(): void {
    this.#dropCounts();
    this.#syncing?.wake();
  }

  /** A client may keep a command for as long as Redis is away: what was counted meanwhile is no news. */
  protected returned(): void {
    this.#evidence.dropUnsent();
    this.#budget?.takeUnsent();
  }

  asleep(): void {
    this.#dropCounts();
    this.#loop = undefined;
  }

  /** Drops the counts of the others, which are out of date. */
  #dropCounts(): void {
    this.#evidence.dropCounts();
    this.#budget?.cutOff();
  }

  mustKeepPolling(): boolean {
    const { breaker } = this.state;
    return (
      this.#moves?.isPending === true ||
      this.#coolDown?.isUntold === true ||
      breaker.phase === 'forced-open' ||
      openRemainingMs(breaker, this.#context.clock.now()) > 0 ||
      this.isDegraded ||
      this.host.health.needsAnswers
    );
  }

  async sync(): Promise<void> {
    const generation = this.#generation;
    const { window } = this.#evidence;
    const taken = this.#evidence.take();
    const servedForMs = this.#evidence.servedForMs(taken);
    const share = this.#budget;
    const spent = share?.takeUnsent();
    const { commands, instance, settings } = this.host;
    const counts = [taken.calls, taken.failures, taken.slow];
    const counted = [this.#sight.countedIn, this.#sight.stretchesPerPoll];
    const args = [window, generation, ...counts, instance, servedForMs, settings.quorum, ...counted];
    const view = await this.send(() => commands.run(this.name, 'sync', ...args, ...budgetArguments(share, spent)));
    if (view === undefined) return;
    this.#sight.countedIn = view.stretch;
    if (spent !== undefined) share?.synced(view, spent);
    const isOld = window !== this.#evidence.window;
    if (!isOld) this.#sight.noteRules(view);
    if (view.applied && generation === this.#generation && !isOld) this.#evidence.sent(view.slice, taken);
    this.#moves?.retry();
    if (this.#coolDown?.isUntold) this.#coolDown.tell();
    if (window !== NO_WINDOW && !isOld && view.generation === this.#generation) {
      const transition = this.#evidence.judge(view);
      if (transition !== undefined) this.moved(transition);
    }
    this.#probes?.noteLeases(view);
  }

  get #syncing(): SyncLoop | undefined {
    if (!this.isClosed) this.#loop ??= new SyncLoop(this.host.background, this.host.settings, this);
    return this.#loop;
  }

  get #moving(): FleetMoves {
    this.#moves ??= new FleetMoves(this, this.#evidence);
    return this.#moves;
  }

  get coolDown(): FleetCoolDown {
    this.#coolDown ??= new FleetCoolDown(this);
    return this.#coolDown;
  }

  get probes(): FleetProbes {
    this.#probes ??= new FleetProbes(this, this.#sight);
    return this.#probes;
  }

  /** `asked`: the generation that was known here when the command went out. */
  #receive(view: FleetView, asked: number): void {
    this.#sight.saw(view);
    if (view.published !== undefined) this.host.health.published(view.published);
    if (view.coolGeneration > 0) this.coolDown.follow(view);
    if (this.#moves?.isInFlight) return;
    if (view.generation > this.#generation) {
      if (this.#moves?.standsAgainst(view)) this.#generation = view.generation;
      else this.#follow(view);
    } else if (view.generation < asked && asked === this.#generation) {
      this.#restoreLostState(view);
    }
  }

  #follow(view: FleetView): void {
    const { rules, clock } = this.#context;
    const { breaker } = this.state;
    this.#generation = view.generation;
    this.#moves?.forget();
    this.#probes?.over();
    this.#evidence.clear();
    if (rules === undefined) return;
    const transition = followPhase(breaker, rules, view, clock.now());
    if (transition === undefined) return;
    if (view.phase === 'open') this.probes.dueIn(transition.openForMs);
    announce(this.state, transition);
    this.#syncing?.wake();
  }

  /** Redis has lost what it knew: it was flushed, came back empty, or a replica took over that had not heard of it. */
  #restoreLostState(view: FleetView): void {
    const move = moveAfterLoss(this.state.breaker.phase, this.#generation, view);
    if (move === 'follow' || this.#context.rules === undefined) {
      this.#follow(view);
      return;
    }
    this.#evidence.clear();
    this.#generation = view.generation;
    if (move !== undefined && !this.#moves?.isOpenOnlyHere && !this.#moves?.isPending) this.#moving.queue(move);
  }
}
