import { expect, it } from '@jest/globals';
import { bench, networkError, outcome, watch } from '../../test/policy-fixture.js';
import { createPolicy } from '../policy.js';
import { seededRandom } from '../testing/random.js';
import { presets } from './presets.js';
import { resolveOptions } from './resolve.js';

it('offers five sets of options', () => {
  expect(Object.keys(presets)).toEqual(['standard', 'externalApi', 'internalService', 'batch', 'coldStart']);
});

it('has the defaults as its standard', () => {
  const { store: _store, ...standard } = resolveOptions(presets.standard);
  const { store: _defaultStore, ...plain } = resolveOptions();
  expect(standard).toStrictEqual(plain);
});

it('keeps the classic recipe for a third party: 1 s doubling to 30 s with a quarter of jitter, 5 failures, 30 s, one success', () => {
  const { retry, breaker } = resolveOptions(presets.externalApi);
  expect(retry).toMatchObject({
    backoff: { kind: 'exponential', baseMs: 1_000, factor: 2, maxMs: 30_000, jitter: 0.25 },
  });
  expect(breaker).toMatchObject({
    consecutiveFailures: 5,
    consecutiveForMs: 0,
    openMs: 30_000,
    openFactor: 1,
    maxOpenMs: 30_000,
    successesToClose: 1,
  });
});

it('opens after 3 failed calls and for 15 s for a service of one’s own', () => {
  expect(resolveOptions(presets.internalService).breaker).toMatchObject({ consecutiveFailures: 3, openMs: 15_000 });
});

it('does not open the circuit of a service of one’s own for the attempts of one call, however slow they are', async () => {
  const { clock, policy } = bench();
  const own = createPolicy({ ...presets.internalService, mode: 'enforce', clock, random: () => 0 });
  const slow = () => new Promise((_, reject) => clock.schedule(() => reject(networkError('ETIMEDOUT')), 5_000));
  await outcome(clock, own.execute(slow));
  expect(own.breaker('default').state).toBe('closed');
  expect(policy.breaker('default').state).toBe('closed');
});

it('completes a batch of 500 calls through a limit of 100 a second', async () => {
  const { clock } = bench();
  const policy = createPolicy({ ...presets.batch, mode: 'enforce', clock, random: seededRandom(1) });
  let second = 0;
  let taken = 0;
  const server = () => {
    const now = Math.floor(clock.now() / 1_000);
    if (now !== second) [second, taken] = [now, 0];
    taken += 1;
    return { status: taken > 100 ? 429 : 200, headers: { 'retry-after': '1' } };
  };
  const calls = Array.from({ length: 500 }, () => watch(policy.execute(server, { method: 'GET' })));
  await clock.runAll();
  expect(calls.filter(({ value }) => (value as { status: number }).status === 200)).toHaveLength(500);
});

it('stays open for 90 s, and for longer after failed probes, if a server starts slowly', () => {
  const { breaker } = resolveOptions(presets.coldStart);
  expect(breaker).toMatchObject({ openMs: 90_000 });
  expect(breaker !== false && breaker.maxOpenMs > 90_000 * 1.5).toBe(true);
});

it.each(Object.entries(presets))('is frozen at every depth: %s', (_name, preset) => {
  expectFrozen(preset);
});

it('keeps the third party’s circuit open for 30 s after every failed probe', async () => {
  const { clock, policy } = bench({ ...presets.externalApi, retry: false, coolDown: false, random: () => 0 });
  const fail = () => Promise.reject(networkError());
  for (let call = 0; call < 5; call += 1) await outcome(clock, policy.execute(fail));
  for (let probe = 0; probe < 4; probe += 1) {
    expect(policy.snapshot().keys.default?.breaker).toMatchObject({ state: 'open', openRemainingMs: 30_000 });
    await clock.advance(30_000);
    await outcome(clock, policy.execute(fail));
  }
});

function expectFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  expect(Object.isFrozen(value)).toBe(true);
  Object.values(value).forEach(expectFrozen);
}
