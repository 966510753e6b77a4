import { setTimeout as pass } from 'node:timers/promises';
import type { PolicyOptions } from '@breakwater/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { LAYOUT_VERSION } from '../src/commands/key-layout.js';
import { describeWithRedis } from './describe-with-redis.js';
import { type Fleet, startFleet, until } from './fleet.js';
import type { Setup } from './fleet-worker.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

jest.setTimeout(60_000);

const policy: PolicyOptions = {
  name: 'billing',
  mode: 'enforce',
  retry: false,
  limit: false,
  breaker: { consecutiveFailures: 3, consecutiveForMs: 0, openMs: 8_000 },
};

for (const client of ['redis', 'ioredis'] as const) {
  describeWithRedis(`two processes with ${client}`, () => {
    let redis: RedisServer;
    let fleet: Fleet;
    let runs = 0;

    beforeAll(async () => {
      [redis, fleet] = await Promise.all([startRedis(), startFleet(2)]);
    });
    afterAll(() => Promise.all([fleet.stop(), redis.stop()]));
    beforeEach(async () => {
      runs += 1;
      const setup: Setup = {
        redis: redis.url,
        client,
        upstream: '',
        policy,
        store: { prefix: `run-${runs}`, quorum: 1 },
      };
      await fleet.askAll('start', setup);
      await fleet.askAll('load', { key: 'a', perSecond: 100, ms: 100 });
      await fleet.askAll('flush');
      await until('both to listen', 20_000, async () => (await subscribers()) >= 2);
    });
    afterEach(async () => {
      await redis.revive();
      for (const command of ['ACL SETUSER default on nopass ~* &* +@all', 'CONFIG SET maxclients 10000']) {
        await say(redis.port, command);
      }
    });

    const subscribers = async (): Promise<number> =>
      Number(/\r\n:(\d+)/.exec(await say(redis.port, `PUBSUB NUMSUB run-${runs}:${LAYOUT_VERSION}:events`))?.[1] ?? 0);

    /** Expects that no call failed because of the store, and that both processes still run. */
    async function expectUndisturbed(): Promise<void> {
      const results = await fleet.askAll('load', { key: 'a', perSecond: 200, ms: 600 });
      expect(results.map(({ answered }) => answered)).toEqual(results.map(({ calls }) => calls));
      expect(await fleet.askAll('state', 'a')).toEqual(['closed', 'closed']);
    }

    /** Expects that a trip reaches the other process by message, sooner than by its poll. */
    async function expectPush(): Promise<void> {
      await until('both to listen again', 20_000, async () => (await subscribers()) >= 2);
      await fleet.members[0]?.ask('fail', { key: 'a', times: 3 });
      await until('the other to know', 20_000, async () =>
        (await fleet.askAll('state', 'a')).every((s) => s === 'open'),
      );
    }

    it('serve their calls while the right to the channel is revoked, and receive messages when it is granted again', async () => {
      await say(redis.port, 'ACL SETUSER default resetchannels');
      await say(redis.port, 'CLIENT KILL TYPE pubsub');
      await expectUndisturbed();
      await say(redis.port, 'ACL SETUSER default allchannels');
      await expectPush();
    });

    it('serve their calls if all listening connections are killed, again and again', async () => {
      for (let round = 0; round < 5; round += 1) {
        await say(redis.port, 'CLIENT KILL TYPE pubsub');
        await pass(30);
      }
      await expectUndisturbed();
      await expectPush();
    });

    it('serve their calls while the rights to scripts, and then to messages, are revoked', async () => {
      await say(redis.port, 'ACL SETUSER default -evalsha -eval');
      await expectUndisturbed();
      await say(redis.port, 'ACL SETUSER default +@all -subscribe -publish');
      await say(redis.port, 'CLIENT KILL TYPE pubsub');
      await expectUndisturbed();
      await say(redis.port, 'ACL SETUSER default +@all');
      await expectPush();
    });

    it('serve their calls while the server is paused, and emit `degraded` and `restored` once each', async () => {
      await redis.signal('SIGSTOP');
      await expectUndisturbed();
      const said = (status: string) => (): boolean =>
        fleet.members.every(({ events }) => events.filter(({ to }) => to === status).length === 1);
      await until('`degraded` from both', 20_000, said('degraded'));
      await redis.revive();
      await until('`restored` from both', 20_000, said('restored'));
      await expectPush();
    });

    it('serve their calls if the server accepts no further client', async () => {
      // On one connection, since another one cannot connect any more.
      await say(redis.port, 'CONFIG SET maxclients 1\r\nCLIENT KILL TYPE pubsub');
      await expectUndisturbed();
      await redis.signal('SIGKILL');
      await redis.revive();
      await expectPush();
    });
  });
}
