import type { Policy } from '@breakwater/core';
import {
  type CallRecord,
  type PolicyChoice,
  phaseStartMs,
  type Scenario,
  type SimulationClock,
  simulate,
} from '@breakwater/simulator';
import { type Shape, unavoidableMs } from './shape.js';

/** Result of one run of a shape. */
export interface Run {
  /** Calls that began while the trouble lasted, and from its beginning to the end. */
  readonly trouble: Share;
  readonly rest: Share;
  readonly bystanders: Share;
  /** Calls that began after a total failure while its end could not be known yet. */
  readonly unavoidable: Share;
  /** Calls that began after the grace. */
  readonly recovered: Share;
  /** Each call's times and end, by client and number. */
  readonly traces: ReadonlyMap<string, Trace>;
  readonly attempts: number;
  readonly troubleAttempts: number;
  readonly goodput: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  readonly backAfterMs: number | undefined;
  /** The longest time for which a key with a closed circuit made no attempt though calls came. */
  readonly stuckMs: number;
}

export interface Share {
  calls: number;
  answered: number;
}

export interface Trace {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly attempts: number;
  readonly end: string;
}

/** Plays the shape once. Traces are kept only of shapes in which nothing is wrong. */
export async function run(
  { scenario, calm, recovery, bystanders, total }: Shape,
  policy: PolicyChoice,
  seed: number,
): Promise<Run> {
  const troubleMs = phaseStartMs(scenario, 'trouble') ?? 0;
  const afterMs = phaseStartMs(scenario, 'after') ?? Number.POSITIVE_INFINITY;
  const recoveredMs = recovery === undefined ? Number.POSITIVE_INFINITY : afterMs + recovery.graceMs;
  const unavoidableUntilMs = total === undefined ? 0 : afterMs + unavoidableMs(total);
  const shares = {
    trouble: share(),
    rest: share(),
    bystanders: share(),
    unavoidable: share(),
    recovered: share(),
  };
  const traces = new Map<string, Trace>();
  const count = (call: CallRecord, counted: Share): void => {
    counted.calls += 1;
    if (call.end === 'answered') counted.answered += 1;
  };
  const watch = new StuckWatch(scenario);
  const result = await simulate(scenario, {
    policy,
    seed,
    onPolicy: (watched) => watch.policies.push(watched),
    onClock: (clock) => watch.start(clock),
    onCall: (call) => {
      const { startedMs, endedMs, attempts, end, client, index } = call;
      if (calm === true) traces.set(`${client} ${index}`, { startedMs, endedMs, attempts, end });
      if (startedMs < troubleMs) return;
      count(call, shares.rest);
      if (startedMs < afterMs) count(call, shares.trouble);
      else if (startedMs < unavoidableUntilMs) count(call, shares.unavoidable);
      if (startedMs >= recoveredMs) count(call, shares.recovered);
      if (bystanders?.(call) === true) count(call, shares.bystanders);
    },
  });
  const all = result.figures();
  const trouble = result.figures({ phase: 'trouble' });
  return {
    ...shares,
    traces,
    attempts: all.attempts,
    troubleAttempts: trouble.attempts,
    goodput: trouble.goodput,
    p99Ms: all.latency.p99Ms,
    longestMs: all.longestMs,
    backAfterMs: Number.isFinite(afterMs) ? result.recoveryMs('after') : undefined,
    stuckMs: watch.longestMs,
  };
}

const share = (): Share => ({ calls: 0, answered: 0 });

/** Looks at all keys once a second. Time in a server's own cool-down does not count. */
class StuckWatch {
  readonly policies: Policy[] = [];
  longestMs = 0;
  readonly #keys = new Map<string, { calls: number; attempts: number; stuckMs: number; stuckCalls: number }>();
  readonly #untilMs: number;

  constructor({ phases }: Scenario) {
    this.#untilMs = phases.reduce((sum, { ms }) => sum + ms, 0);
  }

  start(clock: SimulationClock): void {
    clock.schedule(() => {
      for (const [index, policy] of this.policies.entries()) this.#look(index, policy);
      if (clock.now() < this.#untilMs) this.start(clock);
    }, LOOK_MS);
  }

  #look(index: number, policy: Policy): void {
    for (const [key, { attempts, breaker, calls, coolDown }] of Object.entries(policy.snapshot().keys)) {
      const name = `${index} ${key}`;
      const last = this.#keys.get(name) ?? { calls: 0, attempts: 0, stuckMs: 0, stuckCalls: 0 };
      const isHeld = (coolDown?.remainingMs ?? 0) > 0 || (breaker !== undefined && breaker.state !== 'closed');
      const isStuck = !isHeld && attempts === last.attempts;
      const stuckMs = isStuck ? last.stuckMs + LOOK_MS : 0;
      const stuckCalls = isStuck ? last.stuckCalls + calls - last.calls : 0;
      this.#keys.set(name, { calls, attempts, stuckMs, stuckCalls });
      if (stuckCalls >= STUCK_CALLS) this.longestMs = Math.max(this.longestMs, stuckMs);
    }
  }
}

const LOOK_MS = 1_000;
/** Fewer may have come just before the key was looked at. */
const STUCK_CALLS = 10;
