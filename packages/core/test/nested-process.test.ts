import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

it('stops following promises when no attempt is under way in which calls could be nested', () => {
  // In a process of its own, where the test runner follows no promises and the garbage collector can be called.
  const program = `
    import { executionAsyncId } from 'node:async_hooks';
    import { createPolicy } from '@breakwater/core';
    // Node 20 gives continuations an id of their own only as long as promises are followed.
    const followed = () => Promise.resolve().then(() => executionAsyncId() !== 0);
    const policy = createPolicy({ retry: false, limit: { kind: 'fixed', concurrency: 1 } });
    const seen = [await policy.execute(followed), await followed()];
    await policy.execute(() => Promise.reject(new Error('refused'))).catch(() => {});
    seen.push(await followed());
    // A driver may run a function of an attempt that has ended meanwhile.
    const session = policy.begin();
    const { permit } = await session.admit();
    session.abandon(permit, 'cancelled');
    session.inside(permit, () => 1);
    session.end();
    seen.push(await followed());
    // A hung attempt that is forgotten, and a session that its driver has dropped.
    const forgotten = [];
    for (const begin of [
      (lost) => void lost.execute(() => new Promise(() => {})),
      async (lost) => {
        const dropped = lost.begin();
        const { permit: held } = await dropped.admit();
        dropped.inside(held, () => 1);
      },
    ]) {
      await begin(createPolicy({ retry: false, limit: { kind: 'fixed', concurrency: 1 } }));
      forgotten.push(await followed());
      for (let turn = 0; turn < 50 && (await followed()); turn += 1) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      seen.push(await followed());
    }
    seen.unshift(...forgotten);
    console.log(JSON.stringify(seen));
  `;
  const args = [
    '--expose-gc',
    '--import',
    'tsx',
    '--conditions=@breakwater/source',
    '--input-type=module',
    '--eval',
    program,
  ];
  const cwd = fileURLToPath(new URL('../', import.meta.url));
  const seen = JSON.parse(
    execFileSync(process.execPath, args, { cwd, env: { ...process.env, NODE_OPTIONS: '' }, encoding: 'utf8' }),
  );
  // Later Nodes follow a function without its promises.
  const within = Number(process.versions.node.split('.')[0]) < 24;
  expect(seen.slice(0, 3)).toEqual([within, within, within]);
  expect(seen.slice(3)).toEqual([false, false, false, false, false]);
});
