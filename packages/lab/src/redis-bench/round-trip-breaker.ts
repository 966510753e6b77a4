import type { createClient } from 'redis-5';

type Client = ReturnType<typeof createClient>;

/** The usual first attempt at a shared breaker: it reads Redis before each call and writes after it. */
export interface RoundTripBreaker {
  /** Rejects with `refused` if the circuit is open. */
  call<T>(key: string, fn: () => Promise<T>, isFailure: (result: T) => boolean): Promise<T>;
}

export const refused = new Error('the circuit is open');

const ALLOW = `return redis.call('EXISTS', KEYS[1] .. ':open')`;

/** Five failures in a row open it. */
const REPORT = `
  if ARGV[1] == '0' then return redis.call('DEL', KEYS[1]) end
  local run = redis.call('INCR', KEYS[1])
  redis.call('PEXPIRE', KEYS[1], 30000)
  if run >= 5 then redis.call('SET', KEYS[1] .. ':open', 1, 'PX', ARGV[2]) end
`;

export async function roundTripBreaker(client: Client, openMs: number): Promise<RoundTripBreaker> {
  const [allow, report] = await Promise.all([client.scriptLoad(ALLOW), client.scriptLoad(REPORT)]);
  return {
    async call(key, fn, isFailure) {
      if ((await client.evalSha(allow, { keys: [key] })) === 1) throw refused;
      const result = await fn();
      const failed = isFailure(result) ? '1' : '0';
      await client.evalSha(report, { keys: [key], arguments: [failed, String(openMs)] });
      return result;
    },
  };
}
