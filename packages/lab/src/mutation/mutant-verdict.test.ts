import { expect, it } from '@jest/globals';
import type { MutantRun } from './messages.js';
import { errorOfTest, mutantTrial } from './mutant-verdict.js';
import { Switches } from './switches.js';
import type { Test } from './test-host.js';

const test = (body: () => unknown): Test => ({ title: '', before: [], body, after: [] });

const run = (more: Partial<MutantRun> = {}): MutantRun => ({
  mutant: '1',
  hitLimit: 10,
  stepLimit: 100,
  atLoad: false,
  tests: [{ file: 'a', index: 0 }],
  ...more,
});

/** A trial with one test, made anew for each start. */
function trialOf(make: (switches: Switches) => () => unknown) {
  const switches = new Switches();
  const starts: string[] = [];
  const start = () => {
    starts.push(switches.active);
    const tests = [test(make(switches))];
    return () => tests;
  };
  return { trial: mutantTrial(start, switches, errorOfTest), starts };
}

it('kills a mutant that fails a test, and lets one live that fails none', async () => {
  const { trial, starts } = trialOf((switches) => () => {
    if (switches.isActive('1')) throw new Error('seen');
  });
  expect(await trial.verdict(run())).toBe('killed');
  expect(await trial.verdict(run({ mutant: '2' }))).toBe('survived');
  expect(await trial.verdict(run())).toBe('killed');
  expect(starts).toEqual(['']);
});

it('does not blame a mutant for the effects of the one before it', async () => {
  const { trial, starts } = trialOf((switches) => {
    let isBroken = false;
    return () => {
      if (switches.isActive('1')) isBroken = true;
      if (isBroken) throw new Error('broken');
    };
  });
  expect(await trial.verdict(run())).toBe('killed');
  expect(await trial.verdict(run({ mutant: '2' }))).toBe('survived');
  expect(starts.length).toBeGreaterThan(1);
});

it('ends a loop that passes the mutant again and again, even if the code swallows the error', async () => {
  const { trial } = trialOf((switches) => () => {
    for (let turn = 0; turn < 1_000; turn++) {
      try {
        switches.isActive('1');
      } catch {}
    }
  });
  expect(await trial.verdict(run())).toBe('endless');
});

it('ends a loop elsewhere that the mutant leads to', async () => {
  const { trial } = trialOf((switches) => () => {
    if (!switches.isActive('1')) return;
    for (let turn = 0; turn < 1_000; turn++) switches.cover('2');
  });
  expect(await trial.verdict(run({ mutant: '2' }))).toBe('survived');
  expect(await trial.verdict(run())).toBe('endless');
});

it('ends a test that nothing can end any more', async () => {
  const { trial } = trialOf((switches) => () => (switches.isActive('1') ? new Promise(() => {}) : undefined));
  expect(await trial.verdict(run())).toBe('endless');
});

it('ignores a process in which tests fail without a mutant, also in new modules', async () => {
  let isBroken = false;
  const { trial } = trialOf((switches) => () => {
    if (switches.isActive('1')) isBroken = true;
    if (isBroken) throw new Error('the process is broken');
  });
  expect(await trial.verdict(run())).toBe('disordered');
  expect(await trial.verdict(run({ mutant: '2' }))).toBe('disordered');
  expect(await trial.verdict(run({ mutant: '2', atLoad: true }))).toBe('disordered');
});

it('turns a mutant on before the start if it is reached when a file is loaded', async () => {
  const { trial, starts } = trialOf((switches) => {
    const isMutant = switches.isActive('1');
    return () => {
      if (isMutant) throw new Error('seen');
    };
  });
  expect(await trial.verdict(run({ atLoad: true }))).toBe('killed');
  expect(await trial.verdict(run())).toBe('survived');
  expect(starts).toEqual(['1', '', '']);
});

it('counts the passes of each place', () => {
  const switches = new Switches();
  switches.cover('1', '2');
  switches.passes = new Map();
  switches.cover('1', '2');
  switches.cover('2');
  expect([...switches.passes]).toEqual([
    ['1', 1],
    ['2', 2],
  ]);
});
