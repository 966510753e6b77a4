import type { Policy } from '@breakwater/core';

/** Makes calls of the key `a`, one after the other. Returns the result of the last one. */
export async function call(policy: Policy | undefined, outcome: 'fine' | 'reset', times = 1): Promise<string> {
  const attempt = (): string => {
    if (outcome === 'reset') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    return 'fine';
  };
  let last = '';
  for (let done = 0; done < times; done += 1) {
    last = (await policy?.execute(attempt, { key: 'a' }).catch(() => 'no answer')) ?? '';
  }
  return last;
}
