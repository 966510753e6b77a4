import { expect, it } from '@jest/globals';
import { errorOutcome, valueOutcome } from '../src/outcome/outcome.js';
import { bench, networkError } from './policy-fixture.js';

it('reports the present state during a call, and the whole call afterwards, always the same', async () => {
  const { clock, policy } = bench();
  const session = policy.begin();
  const attempt = async (result: Parameters<typeof session.settle>[1]) => {
    const admission = await session.admit();
    if (!admission.admitted) throw new Error('must be admitted');
    return session.settle(admission.permit, result);
  };
  const seen = [session.report()];
  for (const retries of [1, 2]) {
    expect(await attempt(errorOutcome(networkError()))).toEqual({ retry: true, delayMs: 100 });
    seen.push(session.report());
    const waited = session.wait(100);
    await clock.runAll();
    await waited;
    expect(seen.at(-1)).toMatchObject({ attempts: retries, delaysMs: new Array(retries).fill(100) });
  }
  await attempt(valueOutcome('good'));
  session.end();
  const report = session.report();
  expect(report).toEqual({
    attempts: 3,
    retries: 2,
    elapsedMs: 200,
    waitedMs: 200,
    key: 'default',
    stopReason: 'success',
    delaysMs: [100, 100],
  });
  await clock.advance(50);
  expect(session.report()).toBe(report);
  expect(seen.map(({ attempts, delaysMs }) => [attempts, delaysMs.length])).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
});
