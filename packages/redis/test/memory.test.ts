import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithRedis } from './describe-with-redis.js';
import { type Fleet, startFleet, until } from './fleet.js';
import { type RedisServer, startRedis } from './redis-server.js';

/** Bytes that an idle key may take, all that a policy keeps for it included. */
const MOST_BYTES = 2_000;
const KEYS = 2_000;
/** Commands of a key that is called once: it joins, tells of the call, and polls five times before it sleeps. */
const COMMANDS = 7;
const POLL_MS = 50;
/** Looks, 5 ms apart or more, that last longer than some polls. */
const CALM_LOOKS = 40;

describeWithRedis('a process with many keys', () => {
  let server: RedisServer;
  let fleet: Fleet;
  beforeAll(async () => {
    [server, fleet] = await Promise.all([startRedis(), startFleet(1)]);
    const store = { syncMs: POLL_MS, pollMs: POLL_MS };
    const policy = { name: 'many', mode: 'enforce', maxKeys: 10 * KEYS } as const;
    await fleet.askAll('start', { redis: server.url, client: 'ioredis', upstream: '', policy, store });
  });
  afterAll(() => Promise.all([fleet.stop(), server.stop()]));

  it(`keeps less than ${MOST_BYTES} bytes for an idle one`, async () => {
    // Whatever is compiled and cached on the way is there before the base is taken.
    await callEach('warm', KEYS / 10);
    const before = await heapBytes();
    await callEach('host', KEYS);
    const bytes = ((await heapBytes()) - before) / KEYS;
    expect(bytes).toBeLessThan(MOST_BYTES);
    expect(await fleet.askAll('keys')).toEqual([KEYS + KEYS / 10]);
  }, 60_000);

  /** Calls each key once, and waits until all of them sleep: no command is sent any more. */
  async function callEach(prefix: string, keys: number): Promise<void> {
    const before = await server.commandCount('evalsha');
    await fleet.askAll('callEach', { prefix, keys });
    let sent = 0;
    let looks = 0;
    await until('all keys to sleep', 25_000, async () => {
      // By way of the process and of Redis: while one of them stands still, no look is made.
      await fleet.askAll('turn');
      const seen = (await server.commandCount('evalsha')) - before;
      looks = seen === sent ? looks + 1 : 0;
      sent = seen;
      return sent >= COMMANDS * keys && looks === CALM_LOOKS;
    });
  }

  async function heapBytes(): Promise<number> {
    return (await fleet.askAll('heapBytes'))[0] ?? 0;
  }
});
