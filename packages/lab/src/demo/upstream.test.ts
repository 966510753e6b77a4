import { Agent, get } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Conditions } from './scenario.js';
import { createUpstream, phaseHeader, type Upstream } from './upstream.js';

const healthy: Conditions = { slots: 2, serviceMs: 1, queue: 10, quota: undefined, down: false };

let agent: Agent;
let upstream: Upstream;
let port: number;

beforeEach(async () => {
  agent = new Agent();
  upstream = createUpstream(healthy);
  port = await upstream.listen();
});

afterEach(async () => {
  await upstream.close();
  agent.destroy();
});

/** The status, or the error's code. */
function ask(phase = 'calm'): Promise<{ status: number | string | undefined; retryAfter?: string | undefined }> {
  return new Promise((resolve) => {
    get({ port, agent, headers: { [phaseHeader]: phase } }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'] }));
    }).once('error', (error: NodeJS.ErrnoException) => resolve({ status: error.code }));
  });
}

describe('the upstream', () => {
  test('answers', async () => {
    expect(await ask()).toEqual({ status: 200, retryAfter: undefined });
  });

  test('refuses requests that its queue cannot hold', async () => {
    upstream.change({ ...healthy, slots: 1, serviceMs: 20, queue: 1 });

    const statuses = (await Promise.all([ask(), ask(), ask(), ask()])).map(({ status }) => status);

    expect(statuses.sort()).toEqual([200, 200, 503, 503]);
  });

  test('returns the time of the next window if there is a quota', async () => {
    upstream.change({ ...healthy, quota: { requests: 1, windowMs: 60_000 } });

    expect([await ask(), await ask()]).toEqual([
      { status: 200, retryAfter: undefined },
      { status: 429, retryAfter: '60' },
    ]);
  });

  test('resets connections while it is down, those with work under way too, and answers again when it is up', async () => {
    upstream.change({ ...healthy, serviceMs: 60_000 });
    const underWay = ask();
    while (upstream.state().inService === 0) await new Promise(setImmediate);

    upstream.change({ ...healthy, down: true });
    expect(await underWay).toMatchObject({ status: 'ECONNRESET' });
    expect(await ask()).toMatchObject({ status: 'ECONNRESET' });

    upstream.change(healthy);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('continues its work for a client that has disconnected', async () => {
    upstream.change({ ...healthy, slots: 1, serviceMs: 100 });
    const request = get({ port, agent });
    request.once('error', () => {});
    while (upstream.state().inService === 0) await new Promise(setImmediate);

    request.destroy();
    await new Promise(setImmediate);

    expect(upstream.state().inService).toBe(1);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('counts requests by the phase in which the call began', async () => {
    await ask('calm');
    upstream.change({ ...healthy, down: true });
    await ask('outage');
    await ask('outage');
    await ask('warm-up');

    expect(upstream.state()).toMatchObject({ requests: 3, requestsByPhase: { calm: 1, outage: 2 } });
  });

  test('closes with connections open and work under way', async () => {
    upstream.change({ ...healthy, serviceMs: 60_000 });
    const underWay = ask();
    while (upstream.state().inService === 0) await new Promise(setImmediate);

    await upstream.close();

    expect(await underWay).toMatchObject({ status: 'ECONNRESET' });
  });
});
