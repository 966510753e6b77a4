import { expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/index.js';
import type { CallOptions } from '../src/session/call-options.js';
import { ManualClock } from '../src/testing/manual-clock.js';
import { type Bench, bench, type Watched, watch } from './policy-fixture.js';

const busy = { status: 429, headers: { 'retry-after': '5' } };
const COOL_DOWN_ENDS_MS = 7_100;

interface Scene extends Bench {
  /** Names of the attempts after the throttled ones, in order, and their times. */
  readonly came: { readonly name: string; readonly atMs: number }[];
  readonly own: readonly Watched[];
  waiting(name: string, call?: CallOptions): Watched;
}

/** Starts calls that all get a hint of 5 s. Another call gets one 2.1 s later, which starts a cool-down of the key. */
async function scene(
  calls: number,
  call: (index: number) => CallOptions = () => ({}),
  options: PolicyOptions = {},
  meanwhile: (bench: Bench) => void = () => {},
): Promise<Scene> {
  const made = bench({ breaker: false, budget: false, ...options }, new ManualClock());
  const { clock, policy } = made;
  const came: { name: string; atMs: number }[] = [];
  const fine = (name: string) => {
    came.push({ name, atMs: clock.now() });
    return 'fine';
  };
  const own = Array.from({ length: calls }, (_, index) =>
    watch(policy.execute(({ attempt }) => (attempt === 1 ? busy : fine('own')), call(index))),
  );
  await clock.advance(2_000);
  meanwhile(made);
  await clock.advance(100);
  await policy.execute(() => busy, { maxRetries: 0 });
  return { ...made, came, own, waiting: (name, more) => watch(policy.execute(() => fine(name), more)) };
}

const states = (calls: readonly Watched[]): readonly string[] => [...new Set(calls.map(({ state }) => state))];

it('lets calls with hints of their own come before those that wait for the end of the cool-down', async () => {
  const { clock, came, own, waiting } = await scene(3);
  const others = ['a', 'b'].map((name) => waiting(name));
  await clock.runAll();
  expect(states([...own, ...others])).toEqual(['value']);
  expect(came.map(({ name }) => name)).toEqual(['own', 'own', 'own', 'a', 'b']);
  expect(came[0]?.atMs).toBeGreaterThanOrEqual(COOL_DOWN_ENDS_MS);
});

it('lets calls with hints of their own come one after the other', async () => {
  const { clock, came } = await scene(20);
  await clock.runAll();
  const gaps = came.slice(1).map(({ atMs }, index) => atMs - (came[index]?.atMs ?? 0));
  // 21 calls in 2.1 s are 10 a second, so 5 a second come back.
  expect(Math.min(...gaps)).toBeGreaterThan(150);
});

it('waits for its turn although maxWaiting calls wait, and takes the place of none', async () => {
  const { clock, own, waiting } = await scene(3, undefined, { coolDown: { maxWaiting: 2 } });
  const before = waiting('a');
  // By now the calls with hints of their own wait for the end of the cool-down, too.
  await clock.advance(4_000);
  const others = ['b', 'c'].map((name) => waiting(name));
  await clock.runAll();
  expect(states([before, ...own])).toEqual(['value']);
  expect(others.map(({ state }) => state)).toEqual(['value', 'error']);
  const full = await scene(3, undefined, { coolDown: { maxWaiting: 1 } });
  full.waiting('a');
  await full.clock.runAll();
  expect(states(full.own)).toEqual(['value']);
});

it('is answered although its deadline comes before a turn', async () => {
  const { clock, came, own } = await scene(20, (index) => ({
    timeouts: { totalMs: index < 10 ? 20_000 : COOL_DOWN_ENDS_MS + 200 },
  }));
  await clock.runAll();
  expect(states(own)).toEqual(['value']);
  expect(came).toHaveLength(20);
});

it('comes back faster than others would if its deadline leaves no other way', async () => {
  const { clock, came, own } = await scene(20, () => ({ timeouts: { totalMs: COOL_DOWN_ENDS_MS + 500 } }));
  await clock.runAll();
  expect(states(own)).toEqual(['value']);
  expect(came.at(-1)?.atMs).toBeGreaterThan(COOL_DOWN_ENDS_MS + 400);
});

it('leaves its turn to the others if it is cancelled', async () => {
  const cancel = new AbortController();
  const { clock, came, waiting } = await scene(
    4,
    () => ({ signal: cancel.signal }),
    {},
    () => cancel.abort(),
  );
  waiting('a');
  await clock.runAll();
  expect(came.map(({ name }) => name)).toEqual(['a']);
  expect(came[0]?.atMs).toBeLessThanOrEqual(COOL_DOWN_ENDS_MS + 500);
});

it('puts off the turns of waiting calls by as much as the cool-down becomes longer', async () => {
  const comeback = async (seconds: number) => {
    const answer = { ...busy, headers: { 'retry-after': String(seconds) } };
    const { clock, came, told, waiting } = await scene(1, undefined, {}, ({ clock, policy }) => {
      const late = () => new Promise((resolve) => clock.schedule(() => resolve(answer), 150));
      watch(policy.execute(late, { maxRetries: 0 }));
    });
    for (const name of ['a', 'b', 'c']) waiting(name);
    await clock.runAll();
    return { came: came.filter(({ name }) => name !== 'own'), starts: told('coolDown').length };
  };
  const [once, twice] = [await comeback(1), await comeback(5)];
  expect([once.starts, twice.starts]).toEqual([1, 2]);
  expect(once.came.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(twice.came).toEqual(once.came.map(({ name, atMs }) => ({ name, atMs: atMs + 50 })));
});
