import { describe, expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import { errorOutcome, valueOutcome } from '../src/outcome/outcome.js';
import type { Policy } from '../src/policy/policy-port.js';
import type { Permit, Session } from '../src/session/session.js';
import { eventNames } from '../src/telemetry/events.js';
import { scripted } from '../src/testing/faults.js';
import { hostileValues } from './hostile.js';
import { bench, networkError, outcome, throwing } from './policy-fixture.js';

/** Of a kind that no promise is. */
const thenable = (then: PropertyDescriptor): object => Object.defineProperty({}, 'then', then);

/** Things that end badly, in every way there is. */
const misdeeds: readonly (readonly [string, () => unknown])[] = [
  ['throws', throwing(new Error('on purpose'))],
  ['throws nothing', throwing(undefined)],
  [
    'throws an error whose message cannot be read',
    throwing(Object.defineProperty(new Error('x'), 'message', { get: throwing('no') })),
  ],
  ['rejects', () => Promise.reject(new Error('on purpose'))],
  ['never settles', () => new Promise(() => {})],
  ['gives a thenable that throws', () => thenable({ value: throwing(new Error('on purpose')) })],
  ['gives one that cannot be looked at', () => thenable({ get: throwing('no') })],
  [
    'gives one that settles twice',
    () => thenable({ value: (_: unknown, no: (error: unknown) => void) => [no(1), no(2)] }),
  ],
  ...hostileValues().flatMap(
    (value, index) =>
      [
        [`throws hostile value ${index}`, throwing(value)],
        [`gives hostile value ${index}`, () => value],
      ] as const,
  ),
];

/** A failure that is retried, a success, an open circuit, a refusal: events of every part. */
async function busyLife(policy: Policy, run: (call: Promise<unknown>) => Promise<unknown>): Promise<unknown[]> {
  const ends: unknown[] = [];
  const post = { method: 'POST' };
  ends.push(await run(policy.execute(scripted([{ status: 503 }, { value: 'good' }]))));
  ends.push(
    await run(policy.execute(scripted([{ status: 429, headers: { 'retry-after': '1' } }, { value: 'good' }]), post)),
  );
  ends.push(await run(policy.execute(scripted([{ error: 'ECONNRESET' }]), { maxRetries: 0 })));
  ends.push(await run(policy.execute(scripted([{ error: 'ECONNRESET' }]), { maxRetries: 0 })));
  ends.push(await run(policy.execute(scripted([{ value: 'refused' }]))));
  return ends.map(
    (end) => (end as { code?: unknown; status?: unknown }).code ?? (end as { status?: unknown }).status ?? end,
  );
}

const ENDS = ['good', 429, 'ECONNRESET', 'ECONNRESET', 'ERR_CIRCUIT_OPEN'];
const breaker = { consecutiveFailures: 2 };

describe('a listener', () => {
  it.each(misdeeds)('that %s changes no call', async (_what, misdeed) => {
    const { clock, policy } = bench({ breaker });
    for (const name of eventNames) policy.on(name, misdeed as () => void);
    expect(await busyLife(policy, (call) => outcome(clock, call))).toEqual(ENDS);
    expect(policy.snapshot().keys.default?.inFlight).toBe(0);
  });

  const meddling: readonly (readonly [string, (policy: Policy, off: () => void) => unknown])[] = [
    ['makes calls of its own', (policy) => policy.execute(() => 'inner', { key: 'other', mode: 'observe' })],
    ['updates the policy', (policy) => policy.update({ retry: { maxRetries: 3 }, budget: { ratio: 0.3 } })],
    [
      'turns parts off and on',
      (policy) => [policy.update({ limit: false }), policy.update({ limit: { kind: 'fixed', concurrency: 9 } })],
    ],
    ['reads everything', (policy) => [policy.snapshot(), policy.describe(), policy.breaker('default').state]],
    ['takes itself off', (_policy, off) => off()],
    ['listens again and again', (policy) => policy.on('call', () => {})],
  ];
  it.each(meddling)('may be one that %s', async (_what, meddle) => {
    const { clock, policy } = bench({ breaker });
    let depth = 0;
    for (const name of eventNames) {
      const off = policy.on(name, ({ key }) => {
        // A listener that answers each event with another must stop at some point.
        if (depth > 0 || key === 'other') return;
        depth += 1;
        meddle(policy, off);
        depth -= 1;
      });
    }
    expect(await busyLife(policy, (call) => outcome(clock, call))).toEqual(ENDS);
    expect(policy.snapshot().keys.default?.inFlight).toBe(0);
  });

  it('may close the policy during a call', async () => {
    for (const name of ['attempt', 'retry', 'call'] as const) {
      const { clock, policy } = bench();
      policy.on(name, () => policy.close());
      expect(await outcome(clock, policy.execute(scripted([{ status: 503 }, { value: 'good' }])))).toBe('good');
      expect(policy.snapshot()).toMatchObject({ totals: { calls: 1, attempts: 2 }, keys: {} });
    }
  });

  it('is one of ten thousand, each called once for each event and removed by its own undo', async () => {
    const { clock, policy } = bench();
    let heard = 0;
    const hear = (): void => {
      heard += 1;
    };
    const offs = Array.from({ length: 10_000 }, () => policy.on('call', hear));
    await outcome(
      clock,
      policy.execute(() => 1),
    );
    expect(heard).toBe(10_000);
    for (const off of offs) off();
    await outcome(
      clock,
      policy.execute(() => 1),
    );
    expect(heard).toBe(10_000);
  }, 60_000);
});

describe('a hook', () => {
  const hooks: readonly (readonly [string, (hook: () => never) => PolicyOptions])[] = [
    ['shouldRetry', (shouldRetry) => ({ retry: { shouldRetry } })],
    ['isFailure', (isFailure) => ({ breaker: { ...breaker, isFailure } })],
    ['keyOf', (keyOf) => ({ keyOf })],
    ['attributesOf', (attributesOf) => ({ attributesOf })],
    ['generate', (generate) => ({ idempotency: { methods: ['PATCH'], generate } })],
    ['backoff', (backoff) => ({ retry: { backoff } })],
  ];
  it.each(hooks.flatMap(([hook, given]) => misdeeds.map(([what, misdeed]) => [hook, what, given, misdeed] as const)))(
    '%s that %s does not affect the call',
    async (_hook, _what, given, misdeed) => {
      const { clock, policy } = bench({ breaker, ...given(misdeed as () => never) });
      await outcome(
        clock,
        policy.execute(() => 1, { method: 'PATCH' }),
      );
      expect(await busyLife(policy, (call) => outcome(clock, call))).toEqual(ENDS);
      expect(policy.snapshot().keys.default?.inFlight).toBe(0);
    },
  );

  it('may update the policy, and its own call continues with its first options', async () => {
    const { clock, policy } = bench();
    policy.update({
      retry: {
        shouldRetry: () => {
          policy.update({ retry: { maxRetries: 0, shouldRetry: () => false }, breaker: false, limit: false });
          return undefined;
        },
      },
    });
    const server = scripted([{ status: 503 }, { status: 503 }, { value: 'good' }]);
    expect(await outcome(clock, policy.execute(server))).toBe('good');
    expect(await outcome(clock, policy.execute(scripted([{ status: 503 }])))).toMatchObject({ status: 503 });
    expect(policy.snapshot().totals).toMatchObject({ calls: 2, attempts: 4 });
  });

  it.each(['open', 'close', 'reset'] as const)('may %s the breaker that it is called for', async (action) => {
    const isFailure = (): boolean => {
      policy.breaker('default')[action]();
      return true;
    };
    const { clock, policy } = bench({ retry: false, breaker: { consecutiveFailures: 1, isFailure } });
    await outcome(clock, policy.execute(scripted([{ status: 500 }])));
    // Opened or reset by hand, the failure is one of the time before.
    expect(policy.breaker('default').state).toBe({ open: 'forced-open', close: 'open', reset: 'closed' }[action]);
  });
});

describe('a listener to the breaker', () => {
  it.each(['open', 'close', 'reset'] as const)(
    'that answers half-open with %s() is obeyed by the attempt that found it so',
    async (action) => {
      const { clock, policy, told } = bench({ retry: false, breaker: { consecutiveFailures: 1, successesToClose: 2 } });
      policy.on('breaker', ({ to }) => {
        if (to === 'half-open') policy.breaker('default')[action]();
      });
      await outcome(clock, policy.execute(scripted([{ error: 'ECONNRESET' }])));
      await clock.advance(1_100);
      const end = await outcome(clock, policy.execute(scripted([{ value: 'good' }])));
      if (action === 'open') {
        expect(end).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', retryAfterMs: undefined });
        expect(policy.breaker('default').state).toBe('forced-open');
      } else {
        expect(end).toBe('good');
        expect(policy.snapshot().keys.default?.breaker).toMatchObject({ state: 'closed', counts: { calls: 1 } });
      }
      expect(told('breaker').map(({ to }) => to)).toEqual([
        'open',
        'half-open',
        action === 'open' ? 'forced-open' : 'closed',
      ]);
    },
  );
});

/** A driver that keeps no order: it ends, settles and gives up from within the calls that it makes. */
describe('a driver that is called back during its own settle', () => {
  const acts: readonly (readonly [string, (session: Session, permit: Permit) => unknown])[] = [
    ['ends the session', (session) => session.end()],
    ['settles again', (session, permit) => session.settle(permit, errorOutcome(networkError()))],
    ['gives the permit up', (session, permit) => session.abandon(permit, 'cancelled')],
    ['says that nothing was sent', (session, permit) => session.abandon(permit, 'unused')],
    ['asks for the next permit', (session) => session.admit()],
  ];
  const moments: readonly (readonly [string, (policy: Policy, act: () => void) => void])[] = [
    ['shouldRetry', (policy, act) => policy.update({ retry: { shouldRetry: () => void act() } })],
    ['isFailure', (policy, act) => policy.update({ breaker: { isFailure: () => void act() } })],
    ['backoff', (policy, act) => policy.update({ retry: { backoff: () => [act()].length } })],
    ['an event of the attempt', (policy, act) => void policy.on('attempt', act)],
    ['an event of the breaker', (policy, act) => void policy.on('breaker', act)],
    ['an event of the retry', (policy, act) => void policy.on('retry', act)],
  ];
  const cases = moments.flatMap(([moment, at]) => acts.map(([what, act]) => [moment, what, at, act] as const));

  it.each(cases)('from %s, if it %s: everything is released once', async (_moment, _what, at, act) => {
    const { policy, told } = bench({ limit: { kind: 'fixed', concurrency: 5 }, breaker: { consecutiveFailures: 1 } });
    let permit: Permit | undefined;
    let session: Session | undefined;
    let acted = false;
    at(policy, () => {
      if (acted || session === undefined || permit === undefined) return;
      acted = true;
      act(session, permit);
    });
    for (const result of [errorOutcome(networkError()), valueOutcome('good')]) {
      acted = false;
      policy.breaker('default').reset();
      session = policy.begin();
      const admission = await session.admit();
      if (!admission.admitted) throw new Error('must be admitted');
      permit = admission.permit;
      session.settle(permit, result);
      session.end();
      const key = policy.snapshot().keys.default;
      expect(key).toMatchObject({ inFlight: 0, limit: { inFlight: 0, waiting: 0 } });
      expect(key?.breaker?.counts.calls).toBeLessThanOrEqual(1);
    }
    expect(told('call')).toHaveLength(2);
  });
});
