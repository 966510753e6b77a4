import { isDeepStrictEqual } from 'node:util';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyOptions } from '../src/options/options.js';
import { errorOutcome, valueOutcome } from '../src/outcome/outcome.js';
import type { Policy } from '../src/policy/policy-port.js';
import { createPolicy } from '../src/policy.js';
import type { Admission, Decision, Permit, Session } from '../src/session/session.js';
import { abortListeners, networkError, throwing } from './policy-fixture.js';
import {
  type KeyModel,
  type ModelAnswer,
  type ModelCall,
  type ModelMode,
  type ModelPermit,
  type ModelRules,
  WorldModel,
} from './session-model.js';
import { QuickClock } from './strict-clock.js';

// MODEL_RUNS and MODEL_SEED make it longer and other; a run without them is the same each time.
const numRuns = Number(process.env.MODEL_RUNS ?? 1_000);
const seed = Number(process.env.MODEL_SEED ?? 20_260_101);

interface Call {
  readonly session: Session;
  readonly model: ModelCall;
  readonly controller: AbortController;
  isOff: boolean;
}

interface Asked {
  readonly call: Call;
  readonly answer: ModelAnswer;
  real: Admission | undefined;
}

interface Given {
  readonly call: Call;
  readonly permit: Permit;
  readonly model: ModelPermit;
}

/** The policy itself, and all that was taken from it. */
class Real {
  readonly clock = new QuickClock();
  readonly policy: Policy;
  readonly calls: Call[] = [];
  readonly asked: Asked[] = [];
  readonly given: Given[] = [];
  readonly ended: string[] = [];
  attempts = 0;

  constructor(rules: ModelRules) {
    const { clock } = this;
    this.policy = createPolicy({ mode: 'enforce', clock, random: () => 0, coolDown: false, ...optionsFor(rules) });
    this.policy.on('call', ({ stopReason }) => this.ended.push(stopReason));
    this.policy.on('attempt', () => {
      this.attempts += 1;
    });
  }
}

function optionsFor(rules: ModelRules): PolicyOptions {
  const { maxRetries, concurrency, queue, maxQueueMs, ratio, minRetriesPerSecond, windowMs } = rules;
  const { consecutiveFailures, openMs, probes, successesToClose, probeLeaseMs } = rules;
  return {
    retry: {
      maxRetries,
      maxElapsedMs: Number.POSITIVE_INFINITY,
      backoff: { kind: 'constant', baseMs: 70, jitter: 'none' },
    },
    budget: { ratio, minRetriesPerSecond, windowMs },
    breaker: {
      consecutiveFailures,
      consecutiveForMs: 0,
      failureRate: false,
      openMs,
      openFactor: 1,
      probes,
      successesToClose,
      probeLeaseMs,
    },
    limit: { kind: 'fixed', concurrency, queue, maxQueueMs },
  };
}

const KEYS = ['a', 'b'] as const;
type Command = fc.AsyncCommand<WorldModel, Real>;

function command(
  name: string,
  isPossible: (real: Real) => boolean,
  run: (world: WorldModel, real: Real) => unknown,
): Command {
  let last: Real | undefined;
  return {
    // fast-check asks with the model alone; what is possible shows on the real thing, which `run` looks at.
    check: () => true,
    async run(world, real) {
      last = real;
      if (!isPossible(real)) return;
      await run(world, real);
      world.runTasks();
      await real.clock.settle();
      compare(world, real);
    },
    toString: () => (last === undefined || isPossible(last) ? name : `(${name})`),
  };
}

const always = () => true;
const pick = <T>(list: readonly T[], which: number): T => list[which % list.length] as T;
const hasCalls = (real: Real) => real.calls.length > 0;
const hasGiven = (real: Real) => real.given.length > 0;

function keyOf(world: WorldModel, which: number): KeyModel {
  return pick(world.keys, which);
}

const commands = {
  begin: (which: number, mode: ModelMode | undefined) =>
    command(`begin(${KEYS[which]}, ${mode})`, always, (world, { policy, calls }) => {
      const controller = new AbortController();
      const session = policy.begin({ key: pick(KEYS, which), signal: controller.signal, mode });
      const wanted = mode ?? world.mode;
      calls.push({ session, model: keyOf(world, which).begin(wanted), controller, isOff: wanted === 'off' });
    }),
  admit: (which: number) =>
    command(`admit(${which})`, hasCalls, (_world, real) => {
      const call = pick(real.calls, which);
      const asked: Asked = { call, answer: call.model.key.admit(call.model), real: undefined };
      real.asked.push(asked);
      const keep = (admission: Admission): void => {
        asked.real = admission;
      };
      const admission = call.session.admit();
      if (admission instanceof Promise) admission.then(keep, throwing('an admission never rejects'));
      else keep(admission);
    }),
  settle: (which: number, result: 'ok' | 'fail' | 'bug') =>
    command(`settle(${which}, ${result})`, hasGiven, (_world, real) => {
      const { call, permit, model } = pick(real.given, which);
      const outcome = { ok: valueOutcome(1), fail: errorOutcome(networkError()), bug: errorOutcome(new Error('bug')) };
      mustEqual(word(call.session.settle(permit, outcome[result])), call.model.key.settle(call.model, model, result));
    }),
  abandon: (which: number, why: 'cancelled' | 'unused') =>
    command(`abandon(${which}, ${why})`, hasGiven, (_world, real) => {
      const { call, permit, model } = pick(real.given, which);
      mustEqual(word(call.session.abandon(permit, why)), call.model.key.abandon(call.model, model, why));
    }),
  end: (which: number) =>
    command(`end(${which})`, hasCalls, (_world, real) => {
      const { session, model } = pick(real.calls, which);
      session.end();
      model.key.end(model);
    }),
  cancel: (which: number) =>
    command(`cancel(${which})`, hasCalls, (world, real) => {
      const { controller, model } = pick(real.calls, which);
      controller.abort();
      if (!model.cancelled) world.cancel(model);
    }),
  wait: (which: number) =>
    command(`wait(${which})`, hasCalls, (_world, real) => {
      void pick(real.calls, which).session.wait(70);
    }),
  advance: (ms: number) =>
    command(`advance(${ms})`, always, async (world, { clock }) => {
      world.advance(ms);
      await clock.advance(ms);
    }),
  byHand: (which: number, action: 'open' | 'close' | 'reset') =>
    command(`${action}(${KEYS[which]})`, always, (world, { policy }) => {
      policy.breaker(pick(KEYS, which))[action]();
      keyOf(world, which).byHand(action);
    }),
  update: (change: Partial<ModelRules>) =>
    command(`update(${JSON.stringify(change)})`, always, (world, { policy }) => {
      const before = JSON.stringify(optionsFor(world.rules).breaker);
      const budgetBefore = JSON.stringify(optionsFor(world.rules).budget);
      world.rules = { ...world.rules, ...change };
      const options = optionsFor(world.rules);
      policy.update(options);
      for (const key of world.keys.filter(({ totals, generation }) => totals.calls > 0 || generation > 0)) {
        if (JSON.stringify(options.breaker) !== before) key.forgetRun();
        if (JSON.stringify(options.budget) !== budgetBefore) key.forgetLedger();
        key.fill();
      }
    }),
  setMode: (mode: ModelMode) =>
    // It releases calls that wait, as release.test.ts shows. The model knows only those that do not wait.
    command(
      `setMode(${mode})`,
      ({ clock }) => clock.pending === 0,
      (world, { policy }) => {
        policy.setMode(mode);
        world.mode = mode;
      },
    ),
};

function word(decision: Decision): string {
  return decision.retry ? 'retry' : decision.stopReason;
}

/** `expect` takes a hundred times as long. */
function mustEqual(seen: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(seen, wanted)) expect(seen).toEqual(wanted);
}

function compare(world: WorldModel, real: Real): void {
  for (const asked of [...real.asked]) {
    const { answer, call } = asked;
    const isAnswered = answer.permit !== undefined || answer.refused !== undefined;
    mustEqual({ isAnswered: asked.real !== undefined }, { isAnswered });
    if (asked.real === undefined) continue;
    real.asked.splice(real.asked.indexOf(asked), 1);
    mustEqual(asked.real.admitted ? 'admitted' : asked.real.stopReason, answer.refused ?? 'admitted');
    if (asked.real.admitted && answer.permit) {
      real.given.push({ call, permit: asked.real.permit, model: answer.permit });
    }
  }
  const { keys } = real.policy.snapshot();
  world.keys.forEach((model, index) => {
    const seen = keys[pick(KEYS, index)];
    if (seen === undefined) return;
    const { inFlight, breaker, budget, limit, calls, attempts, retries, rejected, wouldRetry, wouldReject } = seen;
    mustEqual(
      {
        inFlight,
        totals: { calls, attempts, retries, rejected, wouldRetry, wouldReject },
        breaker: {
          state: breaker?.state,
          generation: breaker?.generation,
          openRemainingMs: breaker?.openRemainingMs,
          run: breaker?.consecutiveFailures,
          late: breaker?.late,
        },
        budget: budget?.available,
        limit,
      },
      {
        inFlight: model.sessions,
        totals: model.totals,
        breaker: {
          state: model.phase,
          generation: model.generation,
          openRemainingMs: model.openRemainingMs,
          run: model.run,
          late: model.late,
        },
        budget: model.available,
        limit: { inFlight: model.inFlight, waiting: model.waiters.length, cap: world.rules.concurrency },
      },
    );
  });
}

/** Ends what has not ended; after that nothing may be left, and everything adds up. */
async function finish(world: WorldModel, real: Real): Promise<void> {
  for (const { session, model } of real.calls) {
    session.end();
    model.key.end(model);
  }
  world.runTasks();
  await real.clock.settle();
  world.advance(100_000);
  await real.clock.advance(100_000);
  compare(world, real);
  const counted = real.calls.filter(({ isOff }) => !isOff);
  const { totals, keys } = real.policy.snapshot();
  mustEqual(
    {
      asked: real.asked.length,
      timers: real.clock.pending,
      listeners: real.calls.map(({ controller }) => abortListeners(controller.signal)).filter((left) => left > 0),
      left: Object.values(keys).map(({ inFlight, limit }) => [inFlight, limit?.inFlight, limit?.waiting]),
      calls: totals.calls,
      attempts: totals.attempts,
      told: real.attempts,
      ends: real.ended.length,
    },
    {
      asked: 0,
      timers: 0,
      listeners: [],
      left: Object.values(keys).map(() => [0, 0, 0]),
      calls: counted.length,
      attempts: world.keys.reduce((sum, key) => sum + key.settled, 0),
      told: world.keys.reduce((sum, key) => sum + key.settled, 0),
      ends: counted.length,
    },
  );
}

const which = fc.nat(30);
const key = fc.nat(KEYS.length - 1);
const mode = fc.constantFrom<ModelMode>('enforce', 'enforce', 'observe', 'off');
const rules = fc.record<ModelRules>({
  maxRetries: fc.constantFrom(0, 1, 3),
  consecutiveFailures: fc.constantFrom(1, 2, 4),
  openMs: fc.constantFrom(100, 400),
  probes: fc.constantFrom(1, 2),
  successesToClose: fc.constantFrom(1, 2),
  probeLeaseMs: fc.constantFrom(150, 1_000),
  ratio: fc.constantFrom(0, 0.2, 0.5),
  minRetriesPerSecond: fc.constantFrom(0, 0.5, 2),
  windowMs: fc.constantFrom(1_000, 4_000),
  concurrency: fc.constantFrom(1, 2, 4),
  queue: fc.constantFrom(0, 1, 3),
  maxQueueMs: fc.constantFrom(120, 500),
});
const change = fc.oneof(
  ...(['maxRetries', 'consecutiveFailures', 'openMs', 'ratio', 'concurrency', 'queue'] as const).map((name) =>
    rules.map((value) => ({ [name]: value[name] })),
  ),
);
const repeat = (times: number, arbitrary: fc.Arbitrary<Command>) => Array.from({ length: times }, () => arbitrary);
const steps = [
  ...repeat(
    3,
    fc.tuple(key, fc.option(mode, { freq: 3, nil: undefined })).map((given) => commands.begin(...given)),
  ),
  ...repeat(5, which.map(commands.admit)),
  ...repeat(
    5,
    fc.tuple(which, fc.constantFrom('ok', 'fail', 'fail', 'fail', 'bug')).map((given) => commands.settle(...given)),
  ),
  fc.tuple(which, fc.constantFrom('cancelled', 'unused')).map((given) => commands.abandon(...given)),
  which.map(commands.end),
  which.map(commands.cancel),
  which.map(commands.wait),
  ...repeat(3, fc.oneof(fc.nat(150), fc.nat(1_500), fc.constantFrom(100, 120, 150, 400)).map(commands.advance)),
  fc.tuple(key, fc.constantFrom('open', 'close', 'reset')).map((given) => commands.byHand(...given)),
  change.map(commands.update),
  mode.map(commands.setMode),
] as fc.Arbitrary<Command>[];

it(`does what a simple model of breaker, budget, queue and calls does (${numRuns} runs, seed ${seed})`, async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(rules, fc.commands(steps, { maxCommands: 60, size: '+1' }), async (given, plan) => {
      const world = new WorldModel(given, KEYS.length);
      const real = new Real(given);
      await fc.asyncModelRun(() => ({ model: world, real }), plan);
      await finish(world, real);
      for (const model of world.keys) {
        reached.add(model.phase);
        for (const [name, count] of Object.entries({ ...model.totals, late: model.late }))
          if (count > 0) reached.add(name);
      }
      for (const stopReason of real.ended) reached.add(stopReason);
    }),
    { numRuns, seed },
  );
  expect([...reached].sort()).toEqual(
    expect.arrayContaining([
      'attempts',
      'budget',
      'cancelled',
      'circuit-open',
      'closed',
      'disabled',
      'exhausted',
      'forced-open',
      'half-open',
      'late',
      'limited',
      'open',
      'permanent',
      'rejected',
      'retries',
      'success',
      'wouldReject',
      'wouldRetry',
    ]),
  );
}, 600_000);
