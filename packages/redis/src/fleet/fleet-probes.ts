import { type BreakerRules, openRemainingMs, type ProbeEnd, type ProbeGrant, probesAt } from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';
import type { FleetLink } from './fleet-link.js';
import type { FleetSight } from './fleet-sight.js';
import { ProbeTurns } from './probe-turns.js';

/** The part of a key's link that asks the fleet for leases of probes, and returns them. */
export class FleetProbes {
  readonly #link: FleetLink;
  readonly #sight: FleetSight;
  readonly #turns: ProbeTurns;
  #tokens = 0;

  constructor(link: FleetLink, sight: FleetSight) {
    this.#link = link;
    this.#sight = sight;
    this.#turns = new ProbeTurns(link.context.random);
  }

  async acquire(rules: BreakerRules, leaseMs = rules.probeLeaseMs): Promise<ProbeGrant | undefined> {
    const { context, host, name } = this.#link;
    const { clock } = context;
    const waitMs = this.#turns.waitMs(clock.now());
    if (waitMs > 0) return { granted: false, retryAfterMs: waitMs };
    this.#tokens += 1;
    const token = `${host.instance}.${this.#tokens}`;
    const most = this.#most(rules);
    const view = await this.#link.send(() => host.commands.run(name, 'probe', token, Math.ceil(leaseMs), most));
    if (view === undefined) return undefined;
    if (view.applied) return { granted: true, token };
    if (view.phase === 'closed') return undefined;
    const retryAfterMs = view.waitMs > 0 ? view.waitMs : rules.openMs;
    // However many calls come meanwhile, the fleet is asked once per `syncMs`, or when it tells that a probe has ended.
    this.#turns.refused(clock.now(), Math.min(retryAfterMs, host.settings.syncMs), this.#sight.size);
    return { granted: false, retryAfterMs };
  }

  ended(token: string, end: ProbeEnd): void {
    const { context, host, name, state } = this.#link;
    const { rules } = context;
    // A failure has opened the circuit, and that ends all leases.
    if (end === 'failure' && state.breaker.phase === 'open') return;
    // If the breaker was switched off meanwhile, the fleet gets its lease back and no verdict.
    const how = end === 'success' && rules !== undefined ? 'success' : 'released';
    void this.#link.send(() => host.commands.tell(name, 'settle', token, how, rules?.successesToClose ?? 1));
  }

  /** The circuit waits for probes after that time. */
  dueIn(ms: number): void {
    this.#turns.began(this.#link.context.clock.now() + ms, this.#sight.size);
  }

  /** The circuit waits for probes no more. */
  over(): void {
    this.#turns.ended();
  }

  /** Asks again soon if a lease is free. */
  noteLeases({ leases }: FleetView): void {
    const { context, state } = this.#link;
    const { clock, rules } = context;
    const nowMs = clock.now();
    const isDue = openRemainingMs(state.breaker, nowMs) === 0;
    if (isDue && rules !== undefined && leases < this.#most(rules)) this.#turns.freed(nowMs, this.#sight.size);
  }

  /** Number of probes that the fleet may make at a time. */
  #most(rules: BreakerRules): number {
    return probesAt(rules, this.#link.callsPerSecond ?? 0);
  }
}
