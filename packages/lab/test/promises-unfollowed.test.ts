import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

it('ends each suite with every AsyncLocalStorage of it switched off', () => {
  const program = `
    import { AsyncLocalStorage, executionAsyncId } from 'node:async_hooks';
    import Environment from './packages/lab/scripts/promises-unfollowed.mjs';
    // Until Node 24 continuations have an id of their own only as long as a storage is on.
    const followed = () => Promise.resolve().then(() => executionAsyncId() !== 0);
    const [ran, entered] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
    const seen = [];
    for (const suite of ['first', 'second']) {
      const projectConfig = { globals: {}, testEnvironmentOptions: {} };
      const environment = new Environment({ projectConfig, globalConfig: {} }, { testPath: suite });
      ran.run(suite, () => {});
      entered.enterWith(suite);
      const during = [entered.getStore(), await followed()];
      await environment.teardown();
      seen.push([...during, entered.getStore() ?? 'off', await followed()]);
    }
    console.log(JSON.stringify(seen));
  `;
  const args = ['--input-type=module', '--eval', program];
  const cwd = fileURLToPath(new URL('../../../', import.meta.url));
  const env = { ...process.env, NODE_OPTIONS: '' };
  const seen = JSON.parse(execFileSync(process.execPath, args, { cwd, env, encoding: 'utf8' }));
  const whileOn = Number(process.versions.node.split('.')[0]) < 24;
  expect(seen).toEqual([
    ['first', whileOn, 'off', false],
    ['second', whileOn, 'off', false],
  ]);
});
