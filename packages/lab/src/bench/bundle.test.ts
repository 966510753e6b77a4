import { expect, test } from '@jest/globals';
import { bundledSize } from './bundle.js';

/**
 * A browser downloads all of it. The bound is what there is, and a little room: whoever needs more raises it, and says
 * what for. It is meant to come down to 24 kB.
 */
const MOST_BYTES = 42_000;

test('core and the axios adapter take no more in a bundle than they did', async () => {
  const size = await bundledSize('breakwater', 'browser', ['@breakwater/source']);
  expect(size).toBeLessThan(MOST_BYTES);
  // A bundle that lacks them would be small, too.
  expect(size).toBeGreaterThan(10_000);
});
