import { expect, test } from '@jest/globals';
import { callLoop, rejectionLoop } from './call-loop.js';

test('a loop makes its calls one after the other', async () => {
  const log: string[] = [];
  const call = async () => {
    log.push('begins');
    await null;
    log.push('ends');
  };
  await callLoop(call)(2);

  expect(log).toEqual(['begins', 'ends', 'begins', 'ends']);
});

test('a loop of calls fails with the first call that fails', async () => {
  await expect(callLoop(() => Promise.reject(new Error('no')))(3)).rejects.toThrow('no');
});

test('a loop of rejections makes all its calls', async () => {
  let calls = 0;
  await rejectionLoop(() => {
    calls += 1;
    return Promise.reject(new Error('no'));
  })(3);

  expect(calls).toBe(3);
});

test('a loop of rejections fails if a call was not rejected, so that a closed circuit is not measured as an open one', async () => {
  let calls = 0;
  const call = () => {
    calls += 1;
    return calls === 1 ? Promise.resolve() : Promise.reject(new Error('no'));
  };
  await expect(rejectionLoop(call)(3)).rejects.toThrow('1 calls were to be rejected');
});
