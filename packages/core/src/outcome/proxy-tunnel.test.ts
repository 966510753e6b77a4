import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { hostileValues } from '../../test/hostile.js';
import { codeOf } from './error-code.js';
import { nothingSent } from './nothing-sent.js';
import { errorOutcome, responseOutcome } from './outcome.js';
import { isTunnelAnswer, tunnelCode } from './proxy-tunnel.js';
import { healthOf, verdictOf } from './verdict.js';

const AGENT = { proxy: new URL('http://proxy.test') };
const failure = (message: string, traits: object = {}): Error => Object.assign(new Error(message), traits);

describe.each<[string, (status: number) => Error]>([
  ['hpagent, of axios', (s) => failure(`Bad response: ${s}`, { request: { _currentRequest: { agent: AGENT } } })],
  ['hpagent, of got', (s) => failure(`Bad response: ${s}`, { request: { options: { agent: { https: AGENT } } } })],
  ['tunnel', (s) => failure(`tunneling socket could not be established, statusCode=${s}`, { code: 'ECONNRESET' })],
  ['http2-wrapper', (s) => failure(`The proxy server rejected the request with status code ${s} (No)`)],
  [
    'undici',
    (s) =>
      new TypeError('fetch failed', {
        cause: failure(`Proxy response (${s}) !== 200 when HTTP Tunneling`, { code: 'UND_ERR_ABORTED' }),
      }),
  ],
  ['Node', (s) => failure('Failed to establish tunnel', { code: 'ERR_PROXY_TUNNEL', statusCode: s })],
])('a tunnel that %s did not get', (_, errorFor) => {
  it.each([408, 429, 500, 502, 503, 504, 522])('is transient after %i, and nothing was sent', (status) => {
    const result = errorOutcome(errorFor(status));
    expect(codeOf(errorFor(status))).toBe('ERR_PROXY_TUNNEL');
    expect([verdictOf(result, new Set()), healthOf(result), nothingSent(result)]).toEqual([
      'transient',
      'failure',
      true,
    ]);
  });

  it.each([400, 403, 404, 407, 501])('is permanent after %i, which proves nothing about the server', (status) => {
    const result = errorOutcome(errorFor(status));
    expect(codeOf(errorFor(status))).toBe('ERR_PROXY_REFUSED');
    expect([verdictOf(result, new Set()), healthOf(result)]).toEqual(['permanent', 'neither']);
  });
});

it.each([
  failure('Bad response: 503'),
  failure('Bad response: 503', { request: { agent: {} } }),
  failure('Oh: tunneling socket could not be established, statusCode=503'),
  failure('Failed to establish tunnel', { statusCode: 502 }),
  ...hostileValues(),
])('is not recognised in other errors: %#', (error) => {
  expect(tunnelCode(error)).toBeUndefined();
});

describe('isTunnelAnswer', () => {
  const answer = (socket: unknown, agent: unknown = AGENT, traits = {}) => ({ request: { socket, agent, ...traits } });
  const fake = new Socket({ writable: false });

  it('is true for an answer on a socket that was never connected, of an agent with a proxy', () => {
    expect(isTunnelAnswer(answer(fake))).toBe(true);
    expect(isTunnelAnswer({ req: { socket: fake, agent: AGENT } })).toBe(true);
  });

  it.each([
    ['of a connected socket', answer(Object.create(fake, { pending: { value: false } }))],
    ['of a socket that has carried something', answer(Object.create(fake, { bytesRead: { value: 9 } }))],
    ['of a socket of another class', answer(new (class MockSocket extends Socket {})())],
    ['without a socket', answer(undefined)],
    ['of another agent', answer(fake, {})],
    ['without a request', {}],
    ...hostileValues().map((value) => ['that does not want to be looked at', value]),
  ])('is false for an answer %s: %#', (_, response) => {
    expect(isTunnelAnswer(response)).toBe(false);
  });

  it('proves that nothing was sent, unless there was a redirect', () => {
    const result = (traits: object) =>
      responseOutcome({ status: 502, headers: {}, response: answer(fake, AGENT, traits) });
    expect(nothingSent(result({}))).toBe(true);
    expect(nothingSent(result({ _redirectable: { _redirectCount: 1 } }))).toBe(false);
    expect(nothingSent(result({ redirectUrls: [new URL('http://a')] }))).toBe(false);
  });
});
