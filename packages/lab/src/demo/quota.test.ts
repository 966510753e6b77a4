import { expect, test } from '@jest/globals';
import { Quota } from './quota.js';

test('a quota is used up within its window, and whole again in the next', () => {
  const quota = new Quota({ requests: 2, windowMs: 3_000 }, 10_000);

  expect(quota.take(10_000)).toEqual({ taken: true });
  expect(quota.take(10_500)).toEqual({ taken: true });
  expect(quota.take(10_600)).toEqual({ taken: false, retryAfterMs: 2_400 });
  expect(quota.take(12_999)).toEqual({ taken: false, retryAfterMs: 1 });
  expect(quota.take(13_000)).toEqual({ taken: true });
});

test('the unused rest of a quota is lost', () => {
  const quota = new Quota({ requests: 1, windowMs: 1_000 }, 0);

  expect([quota.take(5_000), quota.take(5_001)]).toEqual([{ taken: true }, { taken: false, retryAfterMs: 999 }]);
});
