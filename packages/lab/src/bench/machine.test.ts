import { expect, test } from '@jest/globals';
import { describeMachine, doubtAbout, thisMachine } from './machine.js';

test('knows the versions of all peers', () => {
  const { versions } = thisMachine();

  expect(Object.keys(versions)).toContain('cockatiel');
  expect(Object.values(versions).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('names Node and the peers', () => {
  const machine = { ...thisMachine(), versions: { axios: '1.0.0', got: '14.0.0' } };

  expect(describeMachine(machine)).toMatch(new RegExp(`^Node ${process.version}.*\\naxios 1.0.0\\ngot 14.0.0$`));
});

test('warns about the figures of a busy machine only', () => {
  expect(doubtAbout({ load: 0.1, cores: 2 })).toBeUndefined();
  expect(doubtAbout({ load: 1.25, cores: 2 })).toContain('load 1.3 on 2 cores');
});
