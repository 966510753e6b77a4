import { describe, expect, it, test } from '@jest/globals';
import { ask } from './http-client.js';
import { type PageServer, servePage } from './page-server.js';

const admin = { authorize: () => 'alice' };
const sameOrigin = { 'sec-fetch-site': 'same-origin' };

async function tokenOf({ url }: PageServer): Promise<string> {
  return /name="breakwater-token" content="([^"]*)"/.exec((await ask(url)).body)?.[1] ?? '';
}

function act(server: PageServer, what: Record<string, string>, headers: Record<string, string> = {}, method = 'POST') {
  return ask(`${server.url}action?${new URLSearchParams(what)}`, { method, headers });
}

const open = { do: 'open', policy: 'api', key: 'a' };

async function withKey(options: Parameters<typeof servePage>[0], policyOptions = {}): Promise<PageServer> {
  const server = await servePage(options, policyOptions);
  await server.policy.execute(() => 1, { key: 'a' });
  await server.background.clock.advance(1_000);
  return server;
}

describe('switched off, as it is by default', () => {
  it('answers any method with 404, and issues no token', async () => {
    const server = await withKey({});
    for (const method of ['POST', 'GET', 'PUT', 'HEAD'])
      expect((await act(server, open, sameOrigin, method)).status).toBe(404);
    expect(await tokenOf(server)).toBe('');
    expect(JSON.parse((await ask(`${server.url}snapshot.json`)).body)).toMatchObject({ admin: false });
    expect(server.policy.breaker('a').state).toBe('closed');
  });
});

describe('switched on', () => {
  test.each([
    ['open', 'forced-open'],
    ['close', 'closed'],
    ['reset', 'closed'],
  ])('%s leads to %s, with an event that names the author', async (action, state) => {
    const server = await withKey({ admin });
    if (action !== 'open') server.policy.breaker('a').open();
    const told: unknown[] = [];
    server.policy.on('control', (event) => told.push(event));
    const headers = { ...sameOrigin, 'x-breakwater-token': await tokenOf(server) };
    const { status, body } = await act(server, { ...open, do: action }, headers);
    expect([status, JSON.parse(body)]).toEqual([200, { done: true, state }]);
    expect(told).toEqual([expect.objectContaining({ policy: 'api', key: 'a', action, by: 'alice' })]);
    expect(server.policy.breaker('a').state).toBe(state);
  });

  it('changes the mode, with an event that names the author', async () => {
    const server = await withKey({ admin });
    const told: unknown[] = [];
    server.policy.on('control', (event) => told.push(event));
    const headers = { ...sameOrigin, 'x-breakwater-token': await tokenOf(server) };
    expect((await act(server, { do: 'mode', policy: 'api', mode: 'observe' }, headers)).status).toBe(200);
    expect(server.policy.mode).toBe('observe');
    expect(told).toEqual([expect.objectContaining({ action: 'mode', mode: 'observe', by: 'alice' })]);
  });

  it('shows an action and its author at once', async () => {
    const server = await withKey({ admin });
    await act(server, open, { ...sameOrigin, 'x-breakwater-token': await tokenOf(server) });
    const view = JSON.parse((await ask(`${server.url}snapshot.json`)).body);
    expect(view.keys[0]).toMatchObject({
      state: 'forced-open',
      says: 'Calls are refused because the circuit was opened by hand (alice).',
    });
    expect(view.log.map(({ text }: { text: string }) => text)).toEqual(['Forced open by alice', 'Forced open by hand']);
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another origin of the same site', { 'sec-fetch-site': 'same-site' }],
    ['an address bar', { 'sec-fetch-site': 'none' }],
    ['an old browser on another site', { origin: 'http://evil.example' }],
    ['a program that says nothing', {}],
  ])('does nothing for %s, although it has the token', async (_, headers) => {
    const server = await withKey({ admin });
    const { status } = await act(server, open, { ...headers, 'x-breakwater-token': await tokenOf(server) });
    expect([status, server.policy.breaker('a').state]).toEqual([403, 'closed']);
  });

  it('accepts the Origin header of an old browser', async () => {
    const server = await withKey({ admin });
    const headers = { origin: new URL(server.url).origin, 'x-breakwater-token': await tokenOf(server) };
    expect((await act(server, open, headers)).status).toBe(200);
  });

  test.each<[string, string | undefined]>([
    ['without a token', undefined],
    ['with a made-up token', 'a.1.b'],
  ])('does nothing %s', async (_, token) => {
    const server = await withKey({ admin });
    const headers = { ...sameOrigin, ...(token !== undefined && { 'x-breakwater-token': token }) };
    expect([(await act(server, open, headers)).status, server.policy.breaker('a').state]).toEqual([403, 'closed']);
  });

  it('does nothing with the token of another page', async () => {
    const [server, other] = [await withKey({ admin }), await withKey({ admin })];
    expect((await act(server, open, { ...sameOrigin, 'x-breakwater-token': await tokenOf(other) })).status).toBe(403);
    expect(server.policy.breaker('a').state).toBe('closed');
  });

  it('does nothing if its authorize denies, or with a method other than POST', async () => {
    const server = await withKey({ admin: { authorize: () => false } });
    const headers = { ...sameOrigin, 'x-breakwater-token': await tokenOf(server) };
    expect((await act(server, open, headers)).status).toBe(403);
    expect((await act(server, open, headers, 'GET')).status).toBe(405);
    expect(server.policy.breaker('a').state).toBe('closed');
  });

  it('does nothing for a caller that may not even read', async () => {
    const server = await withKey({ admin });
    const headers = { ...sameOrigin, 'x-breakwater-token': await tokenOf(server), host: 'evil.example' };
    expect((await act(server, open, headers)).status).toBe(403);
    expect(server.policy.breaker('a').state).toBe('closed');
  });

  test.each<[Record<string, string>, number]>([
    [{ do: 'open', policy: 'api', key: 'unknown' }, 404],
    [{ do: 'open', policy: 'unknown', key: 'a' }, 404],
    [{ do: 'explode', policy: 'api', key: 'a' }, 400],
    [{ policy: 'api', key: 'a' }, 400],
    [{ do: 'mode', policy: 'api', mode: 'on' }, 400],
    [{ do: 'mode', policy: 'unknown', mode: 'off' }, 404],
  ])('answers %j with %d and an error', async (what, expected) => {
    const server = await withKey({ admin });
    const { status, body } = await act(server, what, { ...sameOrigin, 'x-breakwater-token': await tokenOf(server) });
    expect([status, typeof JSON.parse(body).error]).toEqual([expected, 'string']);
    expect(Object.keys(server.policy.snapshot().keys)).toEqual(['a']);
  });

  it('reports that there is no breaker if there is none', async () => {
    const server = await withKey({ admin }, { breaker: false });
    const { status } = await act(server, open, { ...sameOrigin, 'x-breakwater-token': await tokenOf(server) });
    expect(status).toBe(409);
  });
});
