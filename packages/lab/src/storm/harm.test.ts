import { expect, test } from '@jest/globals';
import { harmedCalls } from './harm.js';
import { OK, REFUSED } from './messages.js';
import type { Behaviour, Shape } from './shape.js';

/** A run of half a second in which all calls were refused. */
function harmed(servers: Behaviour, refused: number, server: { served: number; delayMs: number }): number {
  const shape: Shape = { name: 'x', about: '', phases: [{ name: 'a', ms: 500, servers }] };
  return harmedCalls({
    shape,
    timeoutMs: 250,
    starts: Float64Array.from({ length: refused + 1 }, (_, index) => (index * 500) / (refused + 1)),
    outcomes: Uint8Array.from({ length: refused + 1 }, (_, index) => (index === 0 ? OK : REFUSED)),
    origins: [{ served: Int32Array.of(server.served), delays: new Float32Array(50).fill(server.delayMs) }],
  });
}

test('a call that an idle server would have answered is harmed', () => {
  expect(harmed({}, 20, { served: 0, delayMs: 10 })).toBe(20);
});

test('no more calls are harmed than the server had room for', () => {
  // 10 slots of 100 ms answer 50 calls in half a second.
  expect(harmed({ slowFactor: 10 }, 200, { served: 40, delayMs: 110 })).toBe(10);
  expect(harmed({ slowFactor: 10 }, 200, { served: 60, delayMs: 110 })).toBe(0);
});

test('a refusal is right if the answer would have come too late, or never', () => {
  expect(harmed({}, 20, { served: 0, delayMs: 251 })).toBe(0);
  expect(harmed({ reach: 'refused' }, 20, { served: 0, delayMs: Number.POSITIVE_INFINITY })).toBe(0);
  expect(harmed({ errorShare: 1 }, 20, { served: 0, delayMs: 10 })).toBe(0);
});
