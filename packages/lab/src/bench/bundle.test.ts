import { expect, test } from '@jest/globals';
import { bundledSize } from './bundle.js';

/**
 * The size that a browser may have to download: the present size and a little room. A change that needs more raises
 * the bound and states the reason. The goal is 24 kB.
 */
const MOST_BYTES = 45_000;

test('core and the axios adapter are no larger in a bundle than before', async () => {
  const size = await bundledSize('breakwater', 'browser', ['@breakwater/source']);
  expect(size).toBeLessThan(MOST_BYTES);
  // A bundle that lacks them would be small, too.
  expect(size).toBeGreaterThan(10_000);
});
