// A consumer in TypeScript where got itself, being ESM with "exports", cannot be imported. It never runs.
import { type GotExtension, isResilienceError, type RequestResilience, resilience } from '@breakwater/got';
import { execute } from './typed-core.js';

const extension: GotExtension = resilience({ retry: { maxRetries: 1 } });
const own: RequestResilience = { key: 'reports', timeouts: { totalMs: 1_000 } };

export async function call(error: unknown): Promise<string> {
  if (isResilienceError(error)) return `${error.code} ${error.key} ${error.retryAfterMs?.toFixed()}`;
  return `${extension.handlers.length} ${own.key} ${await execute()}`;
}

// @ts-expect-error there is no such option
export const wrongPolicy = () => resilience({ retries: 3 });
