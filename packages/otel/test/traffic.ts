import { createPolicy, type Policy, type PolicyOptions } from '@breakwater/core';
import { ManualClock, scripted } from '@breakwater/core/testing';

/** Policies on a clock of their own, which have made calls of every kind of end. */
export interface Traffic {
  readonly clock: ManualClock;
  readonly policies: readonly Policy[];
  /** Makes some more calls: good ones, retried ones, refused ones. */
  more(): Promise<void>;
  close(): void;
}

export const ORIGIN = 'https://api.example.com';

/** Makes policies with a fixed limit and a store that can fail, so that all metrics have a value. */
export function traffic(options: PolicyOptions = {}): Traffic {
  const clock = new ManualClock();
  const backoff = { kind: 'constant', baseMs: 100, throttledBaseMs: 100, jitter: 'none' } as const;
  const own = { mode: 'enforce', clock, random: () => 0.5, retry: { maxRetries: 1, backoff } } as const;
  const policy = createPolicy({ ...own, name: 'billing', limit: { kind: 'fixed', concurrency: 8 }, ...options });
  const failing = createPolicy({
    ...own,
    name: 'search',
    breaker: { consecutiveFailures: 2, openMs: 60_000, maxOpenMs: 60_000 },
  });

  const end = async (call: Promise<unknown>): Promise<void> => {
    const ended = call.catch(() => undefined);
    await clock.advance(1_000);
    await ended;
  };
  const more = async (): Promise<void> => {
    const url = `${ORIGIN}/orders/7?token=secret`;
    await end(policy.execute(scripted([{ status: 200, delayMs: 30 }], { clock }), { url }));
    await end(policy.execute(scripted([{ status: 503, delayMs: 30 }, { status: 200 }], { clock }), { url }));
    await end(policy.execute(scripted([{ status: 429 }, { status: 200 }], { clock }), { url }));
    for (let call = 0; call < 3; call += 1) {
      await end(failing.execute(scripted([{ error: 'ECONNRESET', delayMs: 5 }], { clock })));
    }
  };
  return {
    clock,
    policies: [policy, failing],
    more,
    close() {
      policy.close();
      failing.close();
    },
  };
}
