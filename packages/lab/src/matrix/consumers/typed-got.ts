// A consumer in TypeScript, compiled in every way in which got itself can be imported. It never runs.
import { isResilienceError, type RequestResilience, reportOf, resilience } from '@breakwater/got';
import got from 'got';
import { execute } from './typed-core.js';

const client = got.extend(resilience({ retry: { maxRetries: 1 } }), { retry: { limit: 1 } });
const own = { key: 'reports', timeouts: { totalMs: 1_000 } } satisfies RequestResilience;

export async function call(): Promise<string | undefined> {
  try {
    const response = await client('https://api.example.com', { context: { resilience: own } });
    const user = await client('https://api.example.com').json<{ id: number }>();
    return `${user.id.toFixed()} ${reportOf(response)?.stopReason}`;
  } catch (error) {
    if (isResilienceError(error)) return `${error.code} ${error.key} ${error.retryAfterMs?.toFixed()}`;
    return String(await execute());
  }
}

// @ts-expect-error there is no such option
export const wrongPolicy = () => got.extend(resilience({ retries: 3 }));
