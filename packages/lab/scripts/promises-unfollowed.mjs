// A jest environment. It switches off each AsyncLocalStorage that a suite leaves on. Until Node 24 each one of these
// slows down every promise of the process, and jest itself leaves one on per suite: after 130 suites an `await` takes
// 40 times as long.
import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

/** Storages of this process that were switched on, and not off by this environment. */
const switchedOn = new Set();

for (const name of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[name];
  AsyncLocalStorage.prototype[name] = function (...args) {
    switchedOn.add(this);
    return original.apply(this, args);
  };
}

// biome-ignore lint/style/noDefaultExport: jest takes the default export of an environment
export default class PromisesUnfollowed extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of switchedOn) storage.disable();
    switchedOn.clear();
  }
}
