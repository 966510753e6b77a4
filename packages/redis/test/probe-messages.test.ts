import { expect, it, jest } from '@jest/globals';
import { portFor } from '../src/clients/redis-client.js';
import { BreakerCommands } from '../src/commands/breaker-commands.js';
import { layoutFor } from '../src/commands/key-layout.js';
import { describeWithRedis } from './describe-with-redis.js';
import { until } from './fleet.js';
import { suiteRedis } from './suite-redis.js';

jest.setTimeout(60_000);

describeWithRedis('the end of a probe', () => {
  const redis = suiteRedis();

  it.each([
    [20, 'released', 1],
    [21, 'released', 0],
    [20, 'success', 1],
    [21, 'success', 0],
  ] as const)('of %i processes, %s: is %i messages, and the closing is one more', async (size, end, messages) => {
    const layout = layoutFor(`probe ${size} ${end}`);
    const commands = new BreakerCommands(portFor(redis.client), layout);
    // One instance, counted for so many.
    await commands.run('billing:a', 'sync', '-', 0, 0, 0, 0, 'i0', '-', 1, 0, size, '-');
    const published = (): Promise<number> => redis.server.commandCount('publish');
    const settle = async (token: string, how: string, successesToClose: number): Promise<number> => {
      await until('a lease', 20_000, async () => (await commands.run('billing:a', 'probe', token, 60_000, 1)).applied);
      const before = await published();
      await commands.run('billing:a', 'settle', layout.channel, token, how, successesToClose);
      return (await published()) - before;
    };
    await commands.run('billing:a', 'trip', layout.channel, 't30000', 0, 1, 0, 0, '-', 'failure-rate');
    expect(await settle('i0.1', end, 3)).toBe(messages);
    expect(await settle('i0.2', 'success', 1)).toBe(1);
  });
});
