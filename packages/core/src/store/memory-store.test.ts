import { describe, expect, it } from '@jest/globals';
import { createPolicy } from '../policy.js';
import { ManualClock } from '../testing/manual-clock.js';
import { storeContract } from '../testing/store-contract.js';
import { memoryStore } from './memory-store.js';

describe('memoryStore', () => {
  it.each(storeContract)('keeps the contract: $title', async ({ run }) => {
    const clock = new ManualClock();
    const store = memoryStore();
    const ended = run({
      stores: [store, store],
      clock,
      advance: (ms) => clock.advance(ms),
      agree: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    await expect(ended).resolves.toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('keeps a state while a policy holds its key, and forgets it when the last releases it', () => {
    const clock = new ManualClock();
    const store = memoryStore();
    const first = createPolicy({ store, clock });
    const second = createPolicy({ store, clock });
    first.breaker('a').open();
    expect(second.breaker('a').state).toBe('forced-open');
    first.close();
    expect(second.breaker('a').state).toBe('forced-open');
    second.close();
    expect(createPolicy({ store, clock }).breaker('a').state).toBe('closed');
  });
});
