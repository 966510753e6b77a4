import type { PolicyOptions } from '@breakwater/core';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWithRedis } from './describe-with-redis.js';
import { type Fleet, startFleet, until } from './fleet.js';
import { type RefusingServer, refusingServers } from './refusing-servers.js';

jest.setTimeout(60_000);

const policy: PolicyOptions = {
  name: 'billing',
  mode: 'enforce',
  retry: false,
  limit: false,
  breaker: { consecutiveFailures: 3, consecutiveForMs: 0, openMs: 30_000 },
};

describeWithRedis('two processes, with node-redis and ioredis', () => {
  let fleet: Fleet;
  let server: RefusingServer | undefined;
  beforeAll(async () => {
    fleet = await startFleet(2);
  });
  afterAll(() => fleet.stop());
  afterEach(async () => {
    await fleet.askAll('stop');
    await server?.stop();
    server = undefined;
  });

  it.each(Object.entries(refusingServers))(
    'serve their calls locally with a server that refuses: %s',
    async (name, start) => {
      server = await start();
      const { url } = server;
      const common = { redis: url, connects: 'later', upstream: '', policy, store: { prefix: name } } as const;
      const [one, other] = fleet.members;
      await Promise.all([
        one?.ask('start', { ...common, client: 'redis' }),
        other?.ask('start', { ...common, client: 'ioredis' }),
      ]);
      const results = await fleet.askAll('load', { key: 'a', perSecond: 100, ms: 600 });
      for (const { answered, calls, waited } of results) expect([answered, waited]).toEqual([calls, 0]);
      for (const { events } of fleet.members) {
        await until('the process to tell of it', 20_000, () => events.some(({ event }) => event === 'store'));
      }
      await fleet.askAll('fail', { key: 'a', times: 3 });
      expect(await fleet.askAll('state', 'a')).toEqual(['open', 'open']);
      for (const { events } of fleet.members) {
        const said = events.filter(({ event }) => event === 'store').map(({ to }) => to);
        // A store may find first that no messages come, or that none can be sent. It emits each once.
        const known = name === 'messages renamed' ? ['degraded', 'poll-only'] : ['degraded'];
        expect(known).toEqual(expect.arrayContaining(said));
        expect(new Set(said).size).toBe(said.length);
      }
    },
  );
});
