import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from './manual-clock.js';

/** Sets a timer that notes its name and the time at which it ran. */
function note(clock: ManualClock, log: string[], name: string, delayMs: number) {
  return clock.schedule(() => log.push(`${name}@${clock.now()}`), delayMs);
}

async function microtasks(count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) await undefined;
}

describe('ManualClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new ManualClock();
    await clock.settle();
    expect([clock.now(), clock.wallNow()]).toEqual([0, Date.UTC(2026, 0, 1)]);
    await clock.advance(250);
    expect([clock.now(), clock.wallNow()]).toEqual([250, Date.UTC(2026, 0, 1) + 250]);
  });

  it('begins at the given times', () => {
    const clock = new ManualClock({ startMs: 5_000, wallMs: 0 });
    expect([clock.now(), clock.wallNow()]).toEqual([5_000, 0]);
  });

  it('lets the wall clock jump alone, and continue from there', async () => {
    const clock = new ManualClock({ wallMs: 1_000 });
    const log: string[] = [];
    note(clock, log, 'timer', 100);
    clock.setWall(500_000);
    expect([clock.now(), clock.wallNow(), log]).toEqual([0, 500_000, []]);
    await clock.advance(100);
    expect([clock.now(), clock.wallNow(), log]).toEqual([100, 500_100, ['timer@100']]);
  });

  it('runs timers in the order in which they are due, each at its time', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    note(clock, log, 'c', 30);
    note(clock, log, 'a', 10);
    note(clock, log, 'd', 31);
    note(clock, log, 'b', 20);
    await clock.advance(30);
    expect(log).toEqual(['a@10', 'b@20', 'c@30']);
    expect([clock.now(), clock.pending]).toEqual([30, 1]);
  });

  it('runs timers that are due together in the order in which they were set', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    note(clock, log, 'a', 10);
    note(clock, log, 'b', 10);
    await clock.advance(4);
    note(clock, log, 'c', 6);
    note(clock, log, 'd', 5);
    await clock.advance(6);
    expect(log).toEqual(['d@9', 'a@10', 'b@10', 'c@10']);
  });

  it('runs any timers in the order of a stable sort', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 12 }), async (delaysMs) => {
        const clock = new ManualClock();
        const ran: number[] = [];
        delaysMs.forEach((delayMs, index) => {
          clock.schedule(() => ran.push(index), delayMs);
        });
        await clock.advance(5);
        const expected = [...delaysMs.keys()].sort((a, b) => (delaysMs[a] ?? 0) - (delaysMs[b] ?? 0));
        expect(ran).toEqual(expected);
      }),
    );
  });

  it('runs timers that are set on the way and become due within it', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    clock.schedule(() => {
      note(clock, log, 'inside', 20);
      note(clock, log, 'outside', 91);
    }, 10);
    note(clock, log, 'after', 40);
    await clock.advance(100);
    expect(log).toEqual(['inside@30', 'after@40']);
    expect(clock.pending).toBe(1);
  });

  it('runs timers that are set by a promise chain started by a timer', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    clock.schedule(() => {
      void microtasks(5_000).then(() => note(clock, log, 'chained', 5));
    }, 10);
    note(clock, log, 'later', 16);
    await clock.advance(20);
    expect(log).toEqual(['chained@15', 'later@16']);
  });

  it('runs the timers of a promise chain that was already under way', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    void microtasks(5_000).then(() => note(clock, log, 'chained', 5));
    await clock.advance(5);
    expect(log).toEqual(['chained@5']);
  });

  it('lets promise chains of any length end in settle, without passing time', async () => {
    const clock = new ManualClock();
    let ended = false;
    void microtasks(100_000).then(() => {
      ended = true;
    });
    await clock.settle();
    expect([ended, clock.now()]).toEqual([true, 0]);
  });

  it('lets code that uses a few macrotasks end in settle', async () => {
    const clock = new ManualClock();
    let ended = false;
    const hops = async () => {
      for (let hop = 0; hop < 5; hop += 1) await new Promise((resolve) => setImmediate(resolve));
      ended = true;
    };
    void hops();
    await clock.settle();
    expect(ended).toBe(true);
  });

  it('runs what is due now in advance(0)', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    note(clock, log, 'now', 0);
    note(clock, log, 'soon', 1);
    expect(log).toEqual([]);
    await clock.advance(0);
    expect(log).toEqual(['now@0']);
  });

  it.each([-1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY])(
    'treats a delay of %d as due at once, as hosts do',
    async (delayMs) => {
      const clock = new ManualClock({ startMs: 7 });
      const log: string[] = [];
      note(clock, log, 'first', 0);
      note(clock, log, 'timer', delayMs);
      note(clock, log, 'last', 0);
      await clock.advance(0);
      expect(log).toEqual(['first@7', 'timer@7', 'last@7']);
    },
  );

  it('honours the longest delay that a host honours', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    note(clock, log, 'timer', 2 ** 31 - 1);
    await clock.advance(2 ** 31 - 2);
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log).toEqual(['timer@2147483647']);
  });

  it('never runs a timer that was cancelled', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    const early = note(clock, log, 'early', 5);
    const late = note(clock, log, 'late', 10);
    clock.schedule(() => late.cancel(), 5);
    early.cancel();
    expect(clock.pending).toBe(2);
    await clock.advance(20);
    expect([log, clock.pending]).toEqual([[], 0]);
  });

  it('ignores a second cancel, and one after the timer ran', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    const first = note(clock, log, 'first', 5);
    const second = note(clock, log, 'second', 5);
    note(clock, log, 'third', 6);
    first.cancel();
    first.cancel();
    await clock.advance(5);
    second.cancel();
    expect([log, clock.pending]).toEqual([['second@5'], 1]);
  });

  it('does not count the timer that is running as pending', async () => {
    const clock = new ManualClock();
    const seen: number[] = [];
    clock.schedule(() => seen.push(clock.pending), 1);
    clock.schedule(() => seen.push(clock.pending), 2);
    await clock.advance(2);
    expect(seen).toEqual([1, 0]);
  });

  it('rejects with the error of a task, and can continue from there', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    const failure = new Error('task failed');
    clock.schedule(() => {
      throw failure;
    }, 5);
    note(clock, log, 'next', 6);
    await expect(clock.advance(10)).rejects.toBe(failure);
    expect([clock.now(), clock.pending, log]).toEqual([5, 1, []]);
    await clock.advance(5);
    expect([clock.now(), log]).toEqual([10, ['next@6']]);
  });

  it.each([-1, -0.001, Number.NaN, Number.POSITIVE_INFINITY])('rejects advancing by %d', async (ms) => {
    const clock = new ManualClock();
    const expected = new RangeError(`ms must be a finite number >= 0, got ${ms}`);
    await expect(clock.advance(ms)).rejects.toThrow(expected);
    expect(clock.now()).toBe(0);
  });

  it('never goes back when advances overlap', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    note(clock, log, 'a', 10);
    clock.schedule(() => {
      void clock.advance(100);
    }, 20);
    note(clock, log, 'b', 30);
    note(clock, log, 'c', 60);
    await clock.advance(50);
    await clock.settle();
    await clock.settle();
    await clock.advance(0);
    expect(log).toEqual(['a@10', 'b@30', 'c@60']);
    expect([clock.now(), clock.pending]).toEqual([120, 0]);
  });

  it('moves in runAll from timer to timer until none is left', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    clock.schedule(() => note(clock, log, 'b', 100_000), 5);
    note(clock, log, 'a', 60_000);
    await clock.runAll();
    expect(log).toEqual(['a@60000', 'b@100005']);
    expect([clock.now(), clock.pending]).toEqual([100_005, 0]);
  });

  it('runs in runAll the timers of a promise chain that was under way', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    void microtasks(100).then(() => note(clock, log, 'chained', 5));
    await clock.runAll();
    expect(log).toEqual(['chained@5']);
  });

  it('stops in runAll if timers never end', async () => {
    const clock = new ManualClock();
    let ticks = 0;
    const tick = () => {
      ticks += 1;
      clock.schedule(tick, 10);
    };
    tick();
    await expect(clock.runAll(3)).rejects.toThrow(new RangeError('limit: 1 timers are left after running 3'));
    expect([ticks, clock.now()]).toEqual([4, 30]);
  });

  it('lets runAll end with exactly as many timers as its limit', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    note(clock, log, 'a', 1);
    note(clock, log, 'b', 2);
    await clock.runAll(2);
    expect(log).toEqual(['a@1', 'b@2']);
  });

  it('rejects runAll with the error of a task', async () => {
    const clock = new ManualClock();
    clock.schedule(() => {
      throw new Error('task failed');
    }, 5);
    await expect(clock.runAll()).rejects.toThrow('task failed');
  });

  it.each([
    ['setImmediate', ['setImmediate']],
    ['setImmediate and MessageChannel', ['setImmediate', 'MessageChannel']],
  ])('settles on hosts without %s', async (_names, missing) => {
    const kept = missing.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
    for (const name of missing) Reflect.deleteProperty(globalThis, name);
    jest.resetModules();
    const module = await import('./manual-clock.js');
    for (const [name, descriptor] of kept) Object.defineProperty(globalThis, name, descriptor ?? {});
    expect(module.ManualClock).not.toBe(ManualClock);
    const clock = new module.ManualClock();
    const log: string[] = [];
    clock.schedule(() => {
      void microtasks(1_000).then(() => note(clock, log, 'chained', 5));
    }, 10);
    await clock.runAll();
    expect(log).toEqual(['chained@15']);
  });
});
