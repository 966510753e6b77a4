import { type BreakerStore, createPolicy } from '@breakwater/core';
import { scripted } from '@breakwater/core/testing';
import { type Traffic, traffic } from './traffic.js';

const failingStore: BreakerStore = {
  attach() {
    throw new Error('down');
  },
};

/**
 * Traffic with every trouble that there is an alert for: an open circuit, an empty budget, amplification, a store that
 * fails.
 */
export function trouble(): Traffic {
  const { clock, policies, more, close } = traffic();
  const retry = { maxRetries: 3, backoff: { kind: 'constant', baseMs: 10, jitter: 'none' } } as const;
  const own = { mode: 'enforce', clock, random: () => 0.5, retry } as const;
  const broke = createPolicy({ ...own, name: 'broke', budget: { ratio: 0.1, minRetriesPerSecond: 0 } });
  const alone = createPolicy({ ...own, name: 'alone', store: failingStore });
  return {
    clock,
    policies: [...policies, broke, alone],
    async more() {
      await more();
      for (const policy of [broke, alone]) {
        const call = policy.execute(scripted([{ status: 503 }, { status: 200 }], { clock }), { maxRetries: 1 });
        await clock.advance(100);
        await call;
      }
    },
    close() {
      close();
      broke.close();
      alone.close();
    },
  };
}

/** Traffic without any. */
export function calm(): Traffic {
  const { clock, policies, close } = traffic();
  return {
    clock,
    policies,
    async more() {
      for (const policy of policies) {
        const call = policy.execute(scripted([{ status: 200, delayMs: 20 }], { clock }));
        await clock.advance(100);
        await call;
      }
    },
    close,
  };
}
