import { isDeepStrictEqual } from 'node:util';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkError } from '../../test/policy-fixture.js';
import type { CircuitOpenError } from '../outcome/errors.js';
import { errorOutcome, valueOutcome } from '../outcome/outcome.js';
import { createPolicy } from '../policy.js';
import type { Permit, Session } from '../session/session.js';
import type { BreakerRules } from './rules.js';

interface Rules extends BreakerRules {
  readonly consecutiveForMs: number;
  readonly openFactor: number;
}

interface Given {
  readonly generation: number;
  readonly lease: number | undefined;
}

/** A breaker written down as simply as can be: lists of what happened, and no thought of speed. */
class Model {
  phase = 'closed';
  generation = 0;
  late = 0;
  leases: { readonly id: number; readonly untilMs: number }[] = [];
  #sinceMs = 0;
  #openForMs = 0;
  #growth = 0;
  #successes = 0;
  #inVain = 0;
  #ramping = false;
  #leaseId = 0;
  #outcomes: { readonly atMs: number; readonly failed: boolean; readonly slow: boolean }[] = [];
  #slicesFromMs = 0;
  #run: number[] = [];
  #lastMs = 0;
  readonly #rules: Rules;
  readonly #draw: number;

  constructor(rules: Rules, draw: number) {
    this.#rules = rules;
    this.#draw = draw;
  }

  get inVain(): number {
    return this.#inVain;
  }

  get runLength(): number {
    return this.#run.length;
  }

  openRemainingMs(nowMs: number): number {
    return this.phase === 'open' ? Math.max(0, this.#sinceMs + this.#openForMs - nowMs) : 0;
  }

  start(nowMs: number): Given | { readonly retryAfterMs: number | undefined } {
    const { ramp, openMs, probes, probeLeaseMs } = this.#rules;
    if (this.phase === 'forced-open') return { retryAfterMs: undefined };
    if (this.phase === 'closed') {
      const step = Math.floor((nowMs - this.#sinceMs) / openMs);
      const share = this.#ramping && ramp ? ramp[step] : undefined;
      if (share === undefined || this.#draw < share) return { generation: this.generation, lease: undefined };
      return { retryAfterMs: this.#sinceMs + (step + 1) * openMs - nowMs };
    }
    if (this.openRemainingMs(nowMs) > 0) return { retryAfterMs: this.openRemainingMs(nowMs) };
    if (this.phase === 'open') this.#become('half-open', nowMs);
    this.leases = this.leases.filter(({ untilMs }) => untilMs > nowMs);
    if (this.leases.length >= probes + this.#inVain) {
      const firstMs = Math.min(...this.leases.map(({ untilMs }) => untilMs));
      return { retryAfterMs: Math.min(openMs as number, firstMs - nowMs) };
    }
    this.#leaseId += 1;
    this.leases.push({ id: this.#leaseId, untilMs: nowMs + probeLeaseMs });
    return { generation: this.generation, lease: this.#leaseId };
  }

  end({ generation, lease }: Given, failed: boolean, slow: boolean, nowMs: number): void {
    if (generation !== this.generation) {
      this.late += 1;
      return;
    }
    this.leases = this.leases.filter(({ id }) => id !== lease);
    if (this.phase === 'half-open') this.#probed(failed || slow, nowMs);
    else this.#counted(failed, slow, nowMs);
  }

  cancel({ generation, lease }: Given): void {
    if (generation !== this.generation || lease === undefined) return;
    this.leases = this.leases.filter(({ id }) => id !== lease);
    this.#inVain += 1;
  }

  open(nowMs: number): void {
    if (this.phase !== 'forced-open') this.#become('forced-open', nowMs);
  }

  close(nowMs: number): void {
    if (this.phase !== 'closed') this.#become('closed', nowMs);
  }

  reset(nowMs: number): void {
    this.#become('closed', nowMs);
    this.#growth = 0;
    this.late = 0;
  }

  counts(nowMs: number): { calls: number; failures: number; slow: number } {
    const live = this.#live(nowMs);
    return {
      calls: live.length,
      failures: live.filter(({ failed }) => failed).length,
      slow: live.filter(({ slow }) => slow).length,
    };
  }

  #live(nowMs: number) {
    const { window } = this.#rules;
    if (window.kind === 'count') return this.#outcomes.slice(-window.size);
    const sliceMs = window.ms / 10;
    const sliceOf = (ms: number) => Math.floor((ms - this.#slicesFromMs) / sliceMs);
    return this.#outcomes.filter(({ atMs }) => sliceOf(atMs) > sliceOf(nowMs) - 10);
  }

  #probed(bad: boolean, nowMs: number): void {
    const { successesToClose, ramp, maxOpenMs } = this.#rules;
    if (bad) {
      if (this.#grownMs(this.#growth) < maxOpenMs) this.#growth += 1;
      this.#trip(nowMs);
      return;
    }
    this.#successes += 1;
    if (this.#successes < successesToClose) return;
    this.#become('closed', nowMs);
    this.#ramping = ramp !== false;
  }

  #counted(failed: boolean, slow: boolean, nowMs: number): void {
    const { window, consecutiveFailures, consecutiveForMs, failureRate, minimumCalls, slowCallMs, slowCallRate } =
      this.#rules;
    if (!failed) this.#run = [];
    else if (nowMs - this.#lastMs >= (window.kind === 'time' ? window.ms : 30_000)) this.#run = [nowMs];
    else this.#run.push(nowMs);
    this.#lastMs = nowMs;
    if (this.#live(nowMs).length === 0) {
      this.#outcomes = [];
      this.#slicesFromMs = nowMs;
    }
    this.#outcomes.push({ atMs: nowMs, failed, slow });

    const { calls, failures, slow: slowCalls } = this.counts(nowMs);
    const [firstMs = nowMs] = this.#run;
    const byRun =
      consecutiveFailures !== false && this.#run.length >= consecutiveFailures && nowMs - firstMs >= consecutiveForMs;
    const enough = calls >= minimumCalls;
    const byRate = failureRate !== false && enough && failures > 0 && failures / calls >= failureRate;
    const bySlowness = slowCallMs !== undefined && enough && slowCalls > 0 && slowCalls / calls >= slowCallRate;
    if (!byRun && !byRate && !bySlowness) return;
    for (let leftMs = nowMs - this.#sinceMs; this.#growth > 0; this.#growth -= 1) {
      leftMs -= this.#grownMs(this.#growth);
      if (leftMs < 0) break;
    }
    this.#trip(nowMs);
  }

  #trip(nowMs: number): void {
    this.#become('open', nowMs);
    const grownMs = this.#grownMs(this.#growth);
    this.#openForMs = grownMs + this.#draw * 0.1 * grownMs;
  }

  #grownMs(growth: number): number {
    const { openMs, openFactor, maxOpenMs } = this.#rules;
    return Math.min(maxOpenMs as number, openMs * openFactor ** growth);
  }

  #become(phase: string, nowMs: number): void {
    this.phase = phase;
    this.generation += 1;
    this.#sinceMs = nowMs;
    this.leases = [];
    this.#successes = 0;
    this.#inVain = 0;
    this.#ramping = false;
    this.#outcomes = [];
    this.#run = [];
  }
}

/** `expect` takes a hundred times as long, which hundreds of thousands of comparisons would notice. */
function mustEqual(seen: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(seen, wanted)) expect(seen).toEqual(wanted);
}

const rules = fc.record<Rules>({
  consecutiveFailures: fc.constantFrom<false | number>(false, 1, 2, 3),
  consecutiveForMs: fc.constantFrom(0, 0, 150),
  failureRate: fc.constantFrom<false | number>(false, 0.5, 0.75, 1),
  minimumCalls: fc.constantFrom(1, 3, 5),
  window: fc.constantFrom({ kind: 'time', ms: 1_000 } as const, { kind: 'count', size: 6 } as const),
  slowCallMs: fc.constantFrom(undefined, 200),
  slowCallRate: fc.constantFrom(0.5, 1),
  openMs: fc.constantFrom(100, 400),
  openFactor: fc.constantFrom(1, 2),
  maxOpenMs: fc.constantFrom(400, 1_600),
  probes: fc.constantFrom(1, 2, 3),
  probeShare: fc.constant(0),
  successesToClose: fc.constantFrom(1, 2, 3),
  probeLeaseMs: fc.constantFrom(300, 2_000),
  ramp: fc.constantFrom<false | number[]>(false, [0.1, 0.6]),
});

const which = fc.nat(99);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('start' as const), which }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('fail' as const), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('succeed' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('advance' as const), which: fc.oneof(which, fc.nat(1_200)) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('open' as const, 'close' as const, 'reset' as const), which }),
  },
);

it('behaves like a simple model, however calls, time and operators interleave', () => {
  const draws = fc.constantFrom(0, 0.3, 0.9);
  const reached = new Set<string>();
  fc.assert(
    fc.property(rules, draws, fc.array(step, { minLength: 10, maxLength: 80 }), (breaker, draw, steps) => {
      let nowMs = 1_000;
      const clock = {
        now: () => nowMs,
        wallNow: () => nowMs,
        schedule: () => {
          throw new Error('a breaker sets no timers');
        },
      };
      const others = { mode: 'enforce', retry: false, budget: false, coolDown: false, limit: false } as const;
      const policy = createPolicy({ ...others, breaker, clock, random: () => draw });
      const control = policy.breaker('key');
      const model = new Model(breaker, draw);
      const open: { session: Session; permit: Permit; given: Given; startedMs: number }[] = [];

      for (const { do: action, which: number } of steps) {
        if (action === 'advance') nowMs += number;
        if (action === 'open' || action === 'close' || action === 'reset') {
          control[action]();
          model[action](nowMs);
        }
        if (action === 'start') {
          const session = policy.begin({ key: 'key' });
          const admission = session.admit();
          if (admission instanceof Promise) throw new Error('nothing to wait for');
          const given = model.start(nowMs);
          if (admission.admitted) {
            mustEqual('generation' in given, true);
            open.push({ session, permit: admission.permit, given: given as Given, startedMs: nowMs });
          } else {
            const { retryAfterMs } = admission.error as CircuitOpenError;
            mustEqual({ retryAfterMs }, given);
            session.end();
          }
        }
        if ((action === 'fail' || action === 'succeed' || action === 'cancel') && open.length > 0) {
          const [call] = open.splice(number % open.length, 1);
          if (call === undefined) continue;
          const failed = action === 'fail';
          const slow = breaker.slowCallMs !== undefined && nowMs - call.startedMs >= breaker.slowCallMs;
          if (action === 'cancel') model.cancel(call.given);
          else {
            call.session.settle(call.permit, failed ? errorOutcome(networkError()) : valueOutcome('fine'));
            model.end(call.given, failed, slow, nowMs);
          }
          call.session.end();
        }

        mustEqual(control.state, model.phase);
        const seen = policy.snapshot().keys.key;
        const { opened: _opened, sinceMs: _sinceMs, ...breakerSeen } = seen?.breaker ?? {};
        mustEqual(breakerSeen, {
          state: model.phase,
          generation: model.generation,
          openRemainingMs: model.openRemainingMs(nowMs),
          counts: model.counts(nowMs),
          consecutiveFailures: model.runLength,
          late: model.late,
        });
        mustEqual(seen?.inFlight, open.length);
        const probesOut = open.filter(({ given }) => model.leases.some(({ id }) => id === given.lease));
        mustEqual(probesOut.length <= breaker.probes + model.inVain, true);
        reached.add(model.phase);
        if (model.late > 0) reached.add('late');
      }
    }),
    { numRuns: 3_000 },
  );
  expect([...reached].sort()).toEqual(['closed', 'forced-open', 'half-open', 'late', 'open']);
});
