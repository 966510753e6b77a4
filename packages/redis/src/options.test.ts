import { describe, expect, it } from '@jest/globals';
import { createClient, createClientPool } from 'redis-5';
import { forceClose, forceOpen } from './admin.js';
import { type RedisStoreOptions, redisStoreDefaults, resolveStoreOptions } from './options.js';
import { redisStore } from './redis-store.js';

const rule = 'instance must be a non-empty string of at most 100 characters';
const names = 'prefix, instance, scope, quorum, syncMs, pollMs, probeWaitMs';
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

  it('have a default of `pollMs` that is at least `syncMs`', () => {
    expect(resolveStoreOptions({ client, syncMs: 5_000 }).pollMs).toBe(5_000);
  });

  it.each([
    [{ prefix: '' }, TypeError, 'prefix must be a non-empty string without braces, got ""'],
    [{ prefix: 'a{b}' }, TypeError, 'prefix must be a non-empty string without braces, got "a{b}"'],
    [{ scope: 'all' as 'fleet' }, TypeError, `scope must be 'fleet' or 'transitions', got "all"`],
    [{ quorum: 0 }, RangeError, "quorum must be 'auto' or an integer from 1 to 64, got 0"],
    [{ quorum: '2' as unknown as number }, TypeError, `quorum must be 'auto' or an integer from 1 to 64, got "2"`],
    [{ syncMs: 1.5 }, RangeError, 'syncMs must be an integer from 10 to 60000, got 1.5'],
    [{ syncMs: null as never }, TypeError, 'syncMs must be an integer from 10 to 60000, got null'],
    [{ pollMs: '1s' as never }, TypeError, 'pollMs must be an integer from 10 to 60000, got "1s"'],
    [{ prefix: 7 as never }, TypeError, 'prefix must be a non-empty string without braces, got 7'],
    [{ syncMs: 100, pollMs: 50 }, RangeError, 'pollMs must be >= syncMs (100), got 50'],
    [{ instance: '' }, TypeError, 'instance must be a non-empty string of at most 100 characters, got ""'],
    [{ instance: 'x'.repeat(101) }, TypeError, `${rule}, got a string of 101 characters`],
    [{ instance: 7 as never }, TypeError, `${rule}, got 7`],
    [{ pollMS: 5 } as object, TypeError, `pollMS is not an option; there are client, ${names}`],
    [{ probeWaitMs: Number.NaN }, RangeError, 'probeWaitMs must be an integer from 0 to 60000, got NaN'],
  ])('are refused if they are wrong: %j', (wrong, kind, message) => {
    expect(() => resolveStoreOptions({ client, ...wrong })).toThrow(new kind(message));
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [1, '1'],
    ['redis://:hunter2@localhost', 'a string of 26 characters'],
    [{}, 'an object'],
    [[], 'an array'],
    [{ get: () => 1 }, 'an object'],
    [() => 1, 'a function'],
    [Promise.resolve({}), 'a promise: await it first'],
    [new Map(), 'an object of the class Map'],
  ])('want a client, not %p', (wrong, shown) => {
    expect(() => redisStore({ client: wrong as never })).toThrow(
      new TypeError(`client must be a client of redis 4 to 6 or of ioredis 5 or 6, got ${shown}`),
    );
  });

  it('reject a pool of clients', () => {
    expect(() => redisStore({ client: createClientPool() as never })).toThrow(/^client must be .*, got an object/);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['redis://localhost', 'a string of 17 characters'],
    [createClient(), 'the client itself'],
  ])('are an object with the client, not %p', (wrong, shown) => {
    expect(() => redisStore(wrong as never)).toThrow(/^options must be an object such as \{ client \}, got /);
    expect(() => redisStore(wrong as never)).toThrow(shown);
  });
});

describe('the target of a force', () => {
  it.each([
    [undefined, 'target must be an object such as { policy, key }, got undefined'],
    [{}, 'policy must be a string, got undefined'],
    [{ policy: 'billing' }, 'key must be a string, got undefined'],
    [{ policy: 7, key: 'a' }, 'policy must be a string, got 7'],
    [{ policy: 'billing', key: new URL('https://a.example') }, 'key must be a string, got an object of the class URL'],
  ])('is refused if it is wrong: %j', async (wrong, message) => {
    for (const force of [forceOpen, forceClose])
      await expect(force(createClient(), wrong as never)).rejects.toThrow(new TypeError(message));
  });
});
