import { expect } from '@jest/globals';
import type { Admission, Permit } from '../src/session/session.js';
import { scripted } from '../src/testing/faults.js';
import { type Bench, watch } from './policy-fixture.js';

export const one = { kind: 'fixed', concurrency: 1, queue: 0 } as const;
export const oneAndQueue = { kind: 'fixed', concurrency: 1, queue: 2, maxQueueMs: 100 } as const;
export const adaptive = { kind: 'adaptive', minConcurrency: 4 } as const;
export const noRetry = { maxRetries: 0 };

export const limitOf = ({ policy }: Bench) => policy.snapshot().keys.default?.limit;
export const busyFor = ({ clock }: Bench, delayMs: number) => scripted([{ value: 'fine', delayMs }], { clock });

export function admitted(admission: Admission | Promise<Admission>): Permit {
  if (admission instanceof Promise || !admission.admitted) throw new Error('not admitted at once');
  return admission.permit;
}

/** A hundred attempts at once that are not answered, after which four may be in flight. */
export async function wake({ clock, policy }: Bench): Promise<void> {
  const server = scripted([{ error: 'ETIMEDOUT', delayMs: 250 }], { clock });
  const calls = Array.from({ length: 100 }, () => watch(policy.execute(server, noRetry)));
  await clock.advance(250);
  expect(calls.filter(({ state }) => state === 'error')).toHaveLength(100);
  expect(policy.snapshot().keys.default?.limit).toEqual({ inFlight: 0, waiting: 0, cap: 4 });
}
