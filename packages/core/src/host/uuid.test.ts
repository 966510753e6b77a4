import { afterEach, expect, it } from '@jest/globals';
import { randomUuid } from './uuid.js';

const { crypto } = globalThis;

function hostCrypto(value: unknown): void {
  Object.defineProperty(globalThis, 'crypto', { value, configurable: true });
}

afterEach(() => hostCrypto(crypto));

it("is the host's own if it has one", () => {
  hostCrypto({ randomUUID: () => 'own' });
  expect(randomUuid(() => 0)).toBe('own');
});

it.each([
  ['no crypto', undefined],
  ['a crypto of an insecure context', {}],
])('is made of the random numbers on a host with %s', (_which, value) => {
  hostCrypto(value);
  expect(randomUuid(() => 0)).toBe('00000000-0000-4000-8000-000000000000');
  expect(randomUuid(() => 0.999)).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
});
