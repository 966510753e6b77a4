import { afterEach, expect, it } from '@jest/globals';
import { plainTraits } from '../src/loop/plain-traits.js';
import { type CallTrace, type CallTracer, runDriven } from '../src/telemetry/call-tracing.js';
import { installCallTracer } from '../src/telemetry/install-call-tracer.js';
import { scripted } from '../src/testing/faults.js';
import { bench, outcome } from './policy-fixture.js';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

/** Installs a tracer, and returns what it is told. `trace` goes before its own. */
function traced(trace: Partial<CallTrace> = {}, tracer: Partial<CallTracer> = {}): unknown[] {
  const told: unknown[] = [];
  const noting: CallTrace = {
    run: (part, fn) => {
      told.push(part);
      return fn();
    },
    tell: (name, details) => told.push([name, details]),
    ...trace,
  };
  undo.push(
    installCallTracer({
      trace: ({ name }, isDriven) => {
        told.push(isDriven ? `${name}, driven` : name);
        return noting;
      },
      drive: (fn) => fn(),
      ...tracer,
    }),
  );
  return told;
}

const url = 'https://a.example/path';
const key = 'https://a.example';

it('follows a call from its beginning to its end, each attempt inside the trace', async () => {
  const told = traced();
  const { clock, policy } = bench();
  const server = scripted([{ status: 503, delayMs: 7 }, { status: 200 }], { clock });
  await outcome(clock, policy.execute(server, { url, method: 'GET' }));
  expect(told).toEqual([
    'default',
    ['begin', { key, method: 'GET', url, attributes: undefined, breaker: 'closed', oneRequestPerAttempt: false }],
    ['attemptBegin', { attempt: 1, key }],
    'attempt',
    ['attempt', { attempt: 1, verdict: 'transient', durationMs: 7, status: 503, code: undefined }],
    ['retry', { retry: 1, delayMs: 100, reason: 'transient' }],
    ['wait', { waitedMs: 100 }],
    ['attemptBegin', { attempt: 2, key }],
    'attempt',
    ['attempt', { attempt: 2, verdict: 'success', durationMs: 0, status: 200, code: undefined }],
    [
      'call',
      {
        outcome: 'success',
        stopReason: 'success',
        attempts: 2,
        elapsedMs: 107,
        waitedMs: 100,
        status: 200,
        code: undefined,
      },
    ],
  ]);
});

it('follows the preparation of an attempt, before it has a permit', async () => {
  const told = traced();
  const { clock, policy } = bench();
  const traits = { ...plainTraits, prepare: async () => undefined };
  await outcome(
    clock,
    policy.executeWith(traits, () => 1),
  );
  expect(told.map((each) => (Array.isArray(each) ? each[0] : each))).toEqual([
    'default',
    'begin',
    'preparation',
    'attemptBegin',
    'attempt',
    'attempt',
    'call',
  ]);
});

it('follows a call that is refused', async () => {
  const told = traced();
  const { clock, policy } = bench();
  policy.breaker('default').open();
  await outcome(
    clock,
    policy.execute(() => 1),
  );
  expect(told).toMatchObject([
    'default',
    ['begin', { breaker: 'forced-open' }],
    ['reject', { reason: 'circuit-open' }],
    ['call', { outcome: 'failure', stopReason: 'circuit-open', attempts: 0 }],
  ]);
});

it('follows a call whose client makes the attempts itself, and an attempt that sent nothing', () => {
  const told = traced();
  const { policy } = bench();
  const session = runDriven(() => policy.begin());
  const admission = session.admit();
  if (admission instanceof Promise || !admission.admitted) throw new Error('not admitted');
  session.abandon(admission.permit, 'unused');
  session.end();
  expect(told).toMatchObject([
    'default, driven',
    ['begin', {}],
    ['attemptBegin', {}],
    ['attemptUnmade', { attempt: 1 }],
    ['call', { attempts: 0 }],
  ]);
});

it('follows no call in mode off', async () => {
  const told = traced();
  const { policy } = bench({ mode: 'off' });
  await policy.execute(() => 1);
  expect(told).toEqual(['default']);
});

it('counts a call the same with and without a tracer', async () => {
  const run = async (): Promise<unknown> => {
    const { clock, policy, events } = bench();
    for (const step of [{ status: 200 }, { status: 404 }, { error: 'ECONNRESET' }]) {
      await outcome(clock, policy.execute(scripted([step], { clock }), { url }));
    }
    return { events, ...policy.snapshot() };
  };
  const plain = await run();
  traced({}, { trace: () => undefined });
  expect(await run()).toEqual(plain);
  const told = traced();
  expect(await run()).toEqual(plain);
  expect(told.length).toBeGreaterThan(0);
});

it('fails no call by its own failure', async () => {
  const fail = (): never => {
    throw new Error('tracer');
  };
  traced({}, { trace: fail, drive: fail });
  traced({ run: fail, tell: fail });
  traced({ run: () => undefined as never });
  traced({
    run: (_, fn) => {
      fn();
      return fn();
    },
  });
  traced({
    run: (_, fn) => {
      fn();
      throw new Error('tracer');
    },
  });
  const { clock, policy } = bench();
  let attempts = 0;
  const call = policy.execute(() => {
    attempts += 1;
    if (attempts === 1) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    return 'answer';
  });
  expect(await outcome(clock, call)).toBe('answer');
  expect(attempts).toBe(2);
  expect(runDriven(() => 'driven')).toBe('driven');
  expect(() =>
    runDriven(() => {
      throw new Error('own');
    }),
  ).toThrow('own');
});

it('follows no call after it was removed, and a tracer installed twice is removed once', async () => {
  const told: unknown[] = [];
  const tracer: CallTracer = {
    trace: () => void told.push('call') as undefined,
    drive: (fn) => fn(),
  };
  const [removeOne, removeOther] = [installCallTracer(tracer), installCallTracer(tracer)];
  const { policy } = bench();
  removeOne();
  removeOne();
  await policy.execute(() => 1);
  expect(told).toEqual(['call']);
  removeOther();
  await policy.execute(() => 1);
  expect(told).toEqual(['call']);
});

it('is one for all copies of this package', () => {
  const slot = Symbol.for('breakwater.call-tracing.1');
  traced();
  expect((globalThis as { [slot: symbol]: unknown })[slot]).toMatchObject({ installed: [{}] });
});
