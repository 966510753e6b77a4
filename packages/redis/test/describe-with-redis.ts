import { spawnSync } from 'node:child_process';
import { describe, test } from '@jest/globals';
import { SERVER_PROGRAM } from './redis-server.js';

const found = spawnSync(SERVER_PROGRAM, ['--version']).status === 0;

/** Suites that need a `redis-server`. Without one they are skipped with a message; they fail if `CI` is set. */
export function describeWithRedis(title: string, suite: () => void): void {
  if (found) {
    describe(title, suite);
    return;
  }
  // The tests' reporter looks for these words.
  const missing = `${title}, for want of redis-server`;
  if (process.env.CI) {
    test(missing, () => {
      throw new Error('there is no redis-server (Debian: apt-get install -y redis-server)');
    });
  } else {
    describe.skip(missing, suite);
  }
}
