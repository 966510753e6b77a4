import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { isPlainCall, isPlainPolicy } from '../src/loop/plain-call.js';
import { plainTraits } from '../src/loop/plain-traits.js';
import type { ClientTraits } from '../src/session/call-options.js';
import { call, optionsAt, type Step, settle, steps, World } from './plain-call-world.js';
import { bench } from './policy-fixture.js';

// MODEL_RUNS and MODEL_SEED make it longer and other; a run without them is the same each time.
const numRuns = Number(process.env.MODEL_RUNS ?? 400);
/** Time for a run on a very busy machine. */
const RUN_MS = 100;
const seed = Number(process.env.MODEL_SEED ?? 20_260_101);

/** Each call names its key, so this is never asked, and changes nothing but the way that the calls take. */
const THROUGH_THE_LOOP = { keyOf: () => 'never asked' } as const;

it(
  'ends, counts, emits and reports every call as the loop does, whatever happens meanwhile',
  async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 40 }), async (scenario) => {
        const short = new World({});
        const loop = new World(THROUGH_THE_LOOP);
        for (const step of scenario) {
          if (step.do === 'call' && isPlainPolicy(short.policy.settings)) plain += 1;
          expect(isPlainPolicy(loop.policy.settings)).toBe(false);
          await short.take(step);
          await loop.take(step);
          const [seen, wanted] = [short.seen(), loop.seen()];
          if (!isDeepStrictEqual(seen, wanted)) expect(seen).toEqual(wanted);
        }
      }),
      { numRuns, seed },
    );
    // Most scenarios have such calls, or this compares the loop with itself.
    expect(plain).toBeGreaterThan(numRuns);
  },
  RUN_MS * numRuns,
);

it('takes the short way for a call without options, and the loop for one with its own time, mode or key', () => {
  expect(isPlainCall(undefined, plainTraits)).toBe(true);
  expect(isPlainCall({ key: 'a', method: 'POST', maxRetries: 0 }, plainTraits)).toBe(true);
  for (const call of [
    { timeouts: { attemptMs: 1 } },
    { mode: 'enforce' },
    { idempotencyKey: 'k' },
    { signal: new AbortController().signal },
  ] as const) {
    expect(isPlainCall(call, plainTraits)).toBe(false);
  }
  const endsOnAbort = { ...plainTraits, endsOnAbort: true };
  expect(isPlainCall({ signal: new AbortController().signal }, endsOnAbort)).toBe(true);
  expect(isPlainCall({ signal: AbortSignal.abort() }, endsOnAbort)).toBe(false);
});

const update = (part: Parameters<typeof optionsAt>[0]): Step => ({ do: 'update', options: optionsAt(part) });
const pass = (ms: number): Step => ({ do: 'pass', ms });

/** Rare in random scenarios: something changes while an attempt without a session is in flight. */
const inFlight: readonly (readonly [title: string, scenario: readonly Step[]])[] = [
  ['retries are switched off', [call(), update('no retry'), settle('reset'), pass(1_000)]],
  ['there are more retries', [call(), update('retries'), settle('reset'), pass(1_000), settle('reset'), pass(1_000)]],
  ['there is no breaker any more', [call(), update('no breaker'), settle('reset'), pass(1_000), update('breaker')]],
  [
    'the breaker that would trip is switched off',
    [
      update('trips'),
      update('no retry'),
      { do: 'listen', event: 'breaker', action: undefined },
      ...[call(), call(), update('no breaker'), settle('reset'), settle('reset')],
    ],
  ],
  [
    'the breaker is another one',
    [call(), update('no breaker'), update('breaker'), settle('reset'), pass(100), settle('ok')],
  ],
  ['the breaker is another one, and all is well', [call(), update('no breaker'), update('breaker'), settle('ok')]],
  ['the breaker has other rules', [call(), call(), update('trips'), settle('reset'), settle('reset'), pass(100)]],
  ['there is another limit', [call(), call(), update('fixed limit'), settle('ok'), settle('reset'), call(), call()]],
  ['there is no limit any more', [call(), update('no limit'), settle('ok'), call()]],
  ['the policy observes', [call(), { do: 'mode', mode: 'observe' }, settle('reset'), pass(1_000)]],
  ['the policy is off', [call(), { do: 'mode', mode: 'off' }, settle('reset'), pass(1_000)]],
  ['the policy is closed', [call(), call(), { do: 'close' }, settle('reset'), settle('ok'), pass(1_000)]],
  ['the circuit is opened', [call(), { do: 'control', key: 'a', action: 'open' }, settle('ok'), call()]],
  ['the circuit is opened and the call fails', [call(), { do: 'control', key: 'a', action: 'open' }, settle('reset')]],
  ['the breaker is reset', [call(), { do: 'control', key: 'a', action: 'reset' }, settle('reset'), pass(1_000)]],
  [
    'a breaker trips',
    [update('trips'), call(), call(), call(), settle('reset'), settle('reset'), pass(1), settle('ok'), call()],
  ],
  ['a listener is added', [call(), { do: 'listen', event: 'attempt', action: undefined }, settle('ok')]],
  ['a listener of calls is added', [call(), { do: 'listen', event: 'call', action: undefined }, settle('value')]],
  ['a listener opens the circuit', [{ do: 'listen', event: 'attempt', action: 'open' }, call(), settle('ok'), call()]],
  ['a listener closes the policy', [{ do: 'listen', event: 'attempt', action: 'close' }, call(), settle('ok'), call()]],
  ['the caller gives up', [call({ signal: 'own' }), { do: 'abort', which: 0 }, pass(1_000), call()]],
  ['the attempt goes on', [call({ signal: 'own' }), settle('stale'), pass(100), settle('ok'), call()]],
  [
    'the attempt goes on, and fails',
    [call({ signal: 'own' }), settle('stale'), settle('stale'), pass(100), settle('ok')],
  ],
  ['the attempt goes on, and is refused', [call({ signal: 'own' }), settle('stale'), settle('held-off'), pass(1_000)]],
  ['the key would be evicted', [call(), update('one key'), call({}, 'b'), call({}, 'c'), settle('ok'), settle('ok')]],
];
it.each(inFlight)('does the same as the loop if, with a call in flight, %s', async (_title, scenario) => {
  const short = new World({});
  const loop = new World(THROUGH_THE_LOOP);
  for (const step of scenario) {
    await short.take(step);
    await loop.take(step);
    expect(short.seen()).toEqual(loop.seen());
  }
});

describe('an attempt that its client continues', () => {
  const stale = new Error('stale');
  const traits: ClientTraits = {
    ...plainTraits,
    again: (error) => (error === stale ? Promise.resolve('again') : undefined),
  };

  test.each([
    ['the short way', {}],
    ['the loop', THROUGH_THE_LOOP],
    ['a race against a timeout', { timeouts: { attemptMs: 100 } }],
  ])('has not failed, by %s', async (_way, options) => {
    const { policy, told } = bench(options);

    await expect(policy.executeWith(traits, () => Promise.reject(stale), { key: 'a' })).resolves.toBe('again');

    expect(told('attempt')).toEqual([expect.objectContaining({ attempt: 1, verdict: 'success' })]);
    expect(told('call')).toEqual([expect.objectContaining({ outcome: 'success', attempts: 1 })]);
    expect(policy.snapshot().keys.a).toMatchObject({ attempts: 1, retries: 0 });
  });
});

describe('traits that throw', () => {
  const broken = (): never => {
    throw new Error('unreadable');
  };
  const works = () => 'value';
  const fails = () => Promise.reject(new Error('failed'));
  const traits: readonly (readonly [string, Partial<ClientTraits>, () => unknown])[] = [
    ['outcomeOf', { outcomeOf: broken }, works],
    ['statusOf', { statusOf: broken, outcomeOf: broken }, works],
    ['outcomeOfError', { outcomeOfError: broken }, fails],
    ['again', { again: broken }, fails],
    ['the promise of again', { again: () => Promise.reject(new Error('again')), outcomeOfError: broken }, fails],
  ];

  test.each(
    traits.flatMap(([name, own, fn]) =>
      [
        ['the short way', {}],
        ['the loop', THROUGH_THE_LOOP],
      ].map(([way, options]) => [name, way as string, options as object, own, fn] as const),
    ),
  )('%s: the call ends, and its attempt holds nothing, by %s', async (_name, _way, options, own, fn) => {
    const { policy, told } = bench(options);

    await expect(policy.executeWith({ ...plainTraits, ...own }, fn, { key: 'a' })).rejects.toThrow();

    expect(policy.snapshot().keys.a?.inFlight).toBe(0);
    expect(told('call')).toHaveLength(1);
  });
});
