import { describe, expect, it } from '@jest/globals';
import { type RedisStoreOptions, redisStoreDefaults, resolveStoreOptions } from './options.js';
import { redisStore } from './redis-store.js';

const client = {} as RedisStoreOptions['client'];

describe('options', () => {
  it('are the defaults if nothing is set', () => {
    expect(resolveStoreOptions({ client, prefix: undefined })).toEqual({
      prefix: 'breakwater',
      scope: 'fleet',
      quorum: 'auto',
      syncMs: 250,
      pollMs: 1_000,
      probeWaitMs: 100,
    });
    expect(Object.isFrozen(redisStoreDefaults)).toBe(true);
  });

  it('poll no more often than they sync', () => {
    expect(resolveStoreOptions({ client, syncMs: 5_000 }).pollMs).toBe(5_000);
  });

  it.each([
    [{ prefix: '' }, TypeError, 'prefix must be a non-empty string without braces, got '],
    [{ prefix: 'a{b}' }, TypeError, 'prefix must be a non-empty string without braces, got a{b}'],
    [{ scope: 'all' as 'fleet' }, TypeError, "scope must be 'fleet' or 'transitions', got all"],
    [{ quorum: 0 }, RangeError, 'quorum must be an integer from 1 to 64, got 0'],
    [{ quorum: '2' as unknown as number }, TypeError, 'quorum must be a number, got string'],
    [{ syncMs: 1.5 }, RangeError, 'syncMs must be an integer from 10 to 60000, got 1.5'],
    [{ syncMs: 100, pollMs: 50 }, RangeError, 'pollMs must be >= syncMs (100), got 50'],
    [{ probeWaitMs: Number.NaN }, RangeError, 'probeWaitMs must be an integer from 0 to 60000, got NaN'],
  ])('are refused if they are wrong: %j', (wrong, kind, message) => {
    expect(() => resolveStoreOptions({ client, ...wrong })).toThrow(new kind(message));
  });

  it.each([undefined, null, 1, {}, { get: () => 1 }])('want a client, not %p', (wrong) => {
    expect(() => redisStore({ client: wrong as never })).toThrow(
      new TypeError('client must be a client of redis 4 to 6 or of ioredis 5 or 6'),
    );
  });
});
