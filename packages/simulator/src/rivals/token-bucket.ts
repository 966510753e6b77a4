import type { Caller, CallerHost } from '../client/caller.js';
import { retryingCaller } from './retrying-caller.js';

/**
 * Models the standard mode of the AWS SDKs: 3 attempts. A retry takes 5 tokens of 500, one after a timeout 10. An
 * answer returns what its last retry took, or 1. Waits are uniform in 0..2^n s, up to 20 s.
 */
export function tokenBucket({ clock, random }: CallerHost): Caller {
  let tokens = CAPACITY;
  return retryingCaller(clock, {
    delayMs: ({ attempt, code, status }) => {
      if (attempt >= 3 || (status !== undefined && status < 500 && status !== 429)) return undefined;
      const cost = code === 'ECONNABORTED' ? 10 : RETRY_COST;
      if (tokens < cost) return undefined;
      tokens -= cost;
      return random() * Math.min(20_000, 2 ** (attempt - 1) * 1_000);
    },
    answered: (attempts) => {
      tokens = Math.min(CAPACITY, tokens + (attempts === 1 ? 1 : RETRY_COST));
    },
  });
}

const CAPACITY = 500;
const RETRY_COST = 5;
