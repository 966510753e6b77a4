import { isCircuitOpen } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { reachableText } from '../../core/test/reachable.js';
import { stopServers, TestServer } from './server.js';
import { failureOf, openAfterOne, setup } from './setup.js';

const SECRET = 'hunter2';

afterEach(stopServers);

describe('a refused call', () => {
  test.each<[string, never]>([
    ['an answer', { status: 500, headers: { 'set-cookie': SECRET }, body: SECRET } as never],
    ['a reset', 'reset' as never],
  ])('shows nothing of the call that opened the circuit by %s', async (_, step) => {
    const server = await TestServer.start(step);
    const { client, policy } = setup({ breaker: openAfterOne, retry: false });
    const events: unknown[] = [];
    for (const name of ['attempt', 'breaker', 'call', 'reject'] as const)
      policy.on(name, (event) => events.push(event));
    const request = { headers: { authorization: SECRET }, json: { card: SECRET }, searchParams: { token: SECRET } };
    await failureOf(client.post(server.url, request));
    expect(server.requests[0]).toMatchObject({ headers: { authorization: SECRET } });

    const refusal = await failureOf(client(server.url));

    expect(isCircuitOpen(refusal)).toBe(true);
    expect(reachableText(refusal)).not.toContain(SECRET);
    expect(reachableText(events)).not.toContain(SECRET);
    expect(reachableText(policy.snapshot())).not.toContain(SECRET);
  });
});
