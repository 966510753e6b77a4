import { describe, expect, it } from '@jest/globals';
import axios from 'axios';
import got from 'got';
import type { PolicyOptions } from '../src/options/options.js';
import type { CallOptions } from '../src/session/call-options.js';
import { reportOf } from '../src/telemetry/report.js';
import { type FaultStep, scripted } from '../src/testing/faults.js';
import { bench, outcome } from './policy-fixture.js';

/** Returns the attempts of a function that ends as `end` does. */
async function attemptsOf(end: () => unknown, call?: CallOptions, options: PolicyOptions = {}) {
  const { clock, policy } = bench({ breaker: false, coolDown: false, ...options });
  let attempts = 0;
  const answer = await outcome(
    clock,
    policy.execute(async () => {
      attempts += 1;
      return end();
    }, call),
  );
  return { attempts, stopReason: reportOf(answer)?.stopReason };
}

const once = { attempts: 1, stopReason: 'not-idempotent' };
const repeated = { attempts: 4, stopReason: 'exhausted' };
const response = { status: 503, headers: {} };

function failing(fields: object, cause?: unknown) {
  return () => {
    throw Object.assign(new Error('failed', cause === undefined ? undefined : { cause }), fields);
  };
}

const post = { method: 'post', url: '/charge', headers: {} };
const get = { ...post, method: 'get' };

describe('an outcome that names its request\u2019s method is judged by it', () => {
  it.each<[string, () => unknown]>([
    ['an error of axios', failing({ code: 'ECONNRESET', config: post })],
    ['an error of axios that was refused a connection', failing({ code: 'ECONNREFUSED', config: post })],
    ['an error of axios with an answer', failing({ config: post, response: { ...response, config: post } })],
    ['an answer of axios', () => ({ ...response, config: { ...post, method: 'patch' } })],
    [
      'an error of got',
      failing({ code: 'ECONNRESET', options: { method: 'POST', url: new URL('https://a.example') } }),
    ],
    [
      'an answer of got',
      () => ({ statusCode: 503, headers: {}, request: { options: { method: 'POST', headers: {} } } }),
    ],
    ['an error of ky', failing({ request: new Request('https://a.example', { method: 'POST' }), response })],
    ['an answer of superagent', () => ({ ...response, req: { method: 'POST', path: '/' } })],
    ['an error behind a cause', failing({}, Object.assign(new Error(), { code: 'ECONNRESET', config: post }))],
    ['one of several errors', failing({ code: 'ECONNRESET', errors: [{ config: get }, { config: post }] })],
  ])('%s is not repeated for a POST', async (_what, end) => {
    expect(await attemptsOf(end)).toEqual(once);
    expect(await attemptsOf(end, { method: 'GET' })).toEqual(once);
  });

  it.each<[string, () => unknown]>([
    ['an error of axios', failing({ code: 'ECONNRESET', config: get })],
    ['an error of got', failing({ code: 'ECONNRESET', options: { method: 'GET', url: 'https://a.example' } })],
    ['an answer of fetch', () => new Response('', { status: 503 })],
    ['an error whose method is no request\u2019s', failing({ code: 'ECONNRESET', options: { method: 'sha256' } })],
    [
      'an error whose config cannot be read',
      failing({
        code: 'ECONNRESET',
        config: {
          get method(): never {
            throw new Error();
          },
        },
      }),
    ],
  ])('%s is repeated otherwise', async (_what, end) => {
    expect(await attemptsOf(end)).toEqual(repeated);
  });

  it('unless the call is marked as safe to repeat', async () => {
    const end = failing({ code: 'ECONNRESET', config: post });
    expect(await attemptsOf(end, { idempotent: true })).toEqual(repeated);
    expect(await attemptsOf(end, { idempotencyKey: 'k' })).toEqual(repeated);
    expect(await attemptsOf(end, { methods: ['GET', 'POST'] })).toEqual(repeated);
  });

  it('and so does a call with the method POST, whatever its outcome names', async () => {
    expect(await attemptsOf(failing({ code: 'ECONNRESET', config: get }), { method: 'POST' })).toEqual(once);
  });

  it.each([
    ['axios', (url: string) => axios.post(url, {})],
    ['got', (url: string) => got.post(url, { retry: { limit: 0 } })],
  ])('as the real errors of %s name it', async (_client, send) => {
    const error = await send('http://127.0.0.1:1/').catch((reason: unknown) => reason);
    expect(await attemptsOf(() => Promise.reject(error))).toEqual(once);
    expect(await attemptsOf(() => Promise.reject(error), { idempotent: true })).toEqual(repeated);
  });
});

describe('idempotent as a function', () => {
  const afterThrottling: CallOptions = {
    method: 'POST',
    idempotent: (result) => result.kind === 'response' && result.status === 429,
  };

  it.each<[string, FaultStep, number]>([
    ['a 429', { status: 429 }, 4],
    ['a 503', { status: 503 }, 1],
    ['a reset', { error: 'ECONNRESET' }, 1],
  ])('decides for each outcome whether to repeat: %s', async (_what, step, attempts) => {
    const { clock, policy } = bench({ coolDown: false });
    const server = scripted([step]);
    await outcome(clock, policy.execute(server, afterThrottling));
    expect(server.calls).toHaveLength(attempts);
  });

  it('sees the outcome, its attempt and the call', async () => {
    const seen: unknown[] = [];
    const idempotent: CallOptions['idempotent'] = ({ attempt, durationMs }, call) => {
      seen.push({ attempt, durationMs, ...call });
      return attempt < 2;
    };
    expect(await attemptsOf(() => response, { method: 'post', url: 'https://a.example/x', idempotent })).toEqual({
      attempts: 2,
      stopReason: 'not-idempotent',
    });
    const call = { key: 'https://a.example', method: 'POST', url: 'https://a.example/x', durationMs: 0 };
    expect(seen).toEqual([
      { attempt: 1, ...call },
      { attempt: 2, ...call },
    ]);
  });

  it('lets the method decide if it returns undefined, something else, or throws', async () => {
    for (const idempotent of [
      () => undefined,
      () => 'yes' as never,
      () => Promise.resolve(true) as never,
      () => {
        throw new Error('no idea');
      },
    ]) {
      expect(await attemptsOf(() => response, { method: 'POST', idempotent })).toEqual(once);
      expect(await attemptsOf(() => response, { method: 'GET', idempotent })).toEqual(repeated);
    }
  });

  it('forbids a repeat if it returns false, whatever the method', async () => {
    expect(await attemptsOf(() => response, { method: 'GET', idempotent: () => false })).toEqual(once);
  });
});

describe('a 409', () => {
  const call: CallOptions = { method: 'POST', idempotencyKey: 'order-1' };

  async function run(steps: readonly FaultStep[], given: CallOptions, options: PolicyOptions = {}) {
    const { clock, policy } = bench({ breaker: false, coolDown: false, ...options });
    const server = scripted(steps);
    await outcome(clock, policy.execute(server, given));
    return server.calls.length;
  }

  it.each<[string, FaultStep]>([
    ['a reset', { error: 'ECONNRESET' }],
    ['a timeout', { error: 'ETIMEDOUT' }],
    ['a 504', { status: 504 }],
    ['a 408', { status: 408 }],
  ])('to a retry with the call’s key after %s means that the first is still in progress', async (_what, first) => {
    expect(await run([first, { status: 409 }, { status: 409 }, { status: 201 }], call)).toBe(4);
  });

  it.each<[string, readonly FaultStep[], CallOptions, PolicyOptions, number]>([
    ['to a first attempt', [{ status: 409 }], call, {}, 1],
    ['after a 429', [{ status: 429 }, { status: 409 }], call, {}, 2],
    ['without a key', [{ status: 503 }, { status: 409 }], { method: 'PUT' }, {}, 2],
    [
      'that the user judges',
      [{ status: 503 }, { status: 409 }],
      call,
      { retry: { shouldRetry: (result) => (result.kind === 'response' && result.status === 409 ? false : undefined) } },
      2,
    ],
  ])('is final %s', async (_what, steps, given, options, attempts) => {
    expect(await run(steps, given, options)).toBe(attempts);
  });
});
