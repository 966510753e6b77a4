import { Readable } from 'node:stream';
import { type RequestResilience, resilience } from '@breakwater/got';
import got, { type Got, type OptionsInit, type Request } from 'got';
import type { Ask, SoakClient } from './client.js';
import { byName, type Connections, connections, lateLookup } from './connections.js';
import { newPolicy, type Policies, type PolicyName, policyNames } from './policies.js';
import { abandon, readAndDestroy, readToEnd } from './reading.js';

export function gotClient(policies: Policies, random: () => number): SoakClient {
  const kept = connections();
  const clients = new Map<PolicyName, Got>();
  for (const name of policyNames) clients.set(name, newClient(kept).extend(resilience(policies[name])));
  return {
    call: (ask) => send(clients.get(ask.policy) as Got, kept, ask),
    isCancel: (error) => CANCELS.has((error as Error).name),
    callOnce: async (ask) => {
      const policy = newPolicy(ask.policy, random);
      const client = newClient(kept).extend(resilience(policies.open)).extend(resilience(policy));
      const off = policy.on('attempt', () => {});
      try {
        await send(client, kept, ask);
      } finally {
        off();
        policy.close();
      }
    },
    busy: kept.busy,
    closeIdle: kept.closeIdle,
  };
}

const CANCELS: ReadonlySet<string> = new Set(['CancelError', 'AbortError']);

function newClient({ agent }: Connections): Got {
  return got.extend({ agent: { http: agent }, maxRedirects: 3 });
}

async function send(client: Got, kept: Connections, ask: Ask): Promise<void> {
  const options = optionsOf(ask, kept);
  const url = ask.onLookup === undefined ? ask.url : byName(ask.url);
  if (ask.reading !== undefined && ask.reading !== 'whole') return readStream(client, url, options, ask);
  const promise = client(url, options as object);
  if (ask.byOldWay) {
    if (ask.signal?.aborted) promise.cancel();
    else ask.signal?.addEventListener('abort', () => promise.cancel(), { once: true });
  }
  const { onFirstBytes } = ask;
  if (onFirstBytes !== undefined) {
    promise.on('downloadProgress', ({ transferred }) => {
      if (transferred > 0) onFirstBytes();
    });
  }
  await promise;
}

function optionsOf(ask: Ask, kept: Connections): OptionsInit {
  const { key, maxRetries, idempotencyKey } = ask;
  const wanted: RequestResilience = { key, maxRetries, idempotencyKey };
  return {
    method: ask.method ?? 'GET',
    context: { resilience: ask.resilience ?? wanted },
    ...(ask.signal !== undefined && !ask.byOldWay && { signal: ask.signal }),
    ...(ask.timeoutMs !== undefined && { timeout: { request: ask.timeoutMs } }),
    // got's own retry would wait for a second.
    ...(ask.policy === 'observer' || ask.resilience === false ? { retry: { limit: 0 } } : {}),
    ...(ask.body === 'text' && { body: 'a body' }),
    ...(ask.body === 'stream' && { body: Readable.from(['a ', 'body']) }),
    ...(ask.onLookup && { dnsLookup: lateLookup(ask.onLookup) as never, agent: { http: kept.freshAgent } }),
  };
}

async function readStream(client: Got, url: string, options: OptionsInit, ask: Ask): Promise<void> {
  const open = (): Request => client.stream(url, { ...options, isStream: true });
  switch (ask.reading) {
    case 'destroyed':
      return readAndDestroy(open());
    case 'abandoned':
      return abandon(open());
    case 'whole':
    case 'stream':
    case undefined:
      return readWithRetries(open());
  }
}

/** Reads a stream with retries as got's documentation recommends. */
function readWithRetries(first: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    const follow = (stream: Request): void => {
      let isRetried = false;
      stream.once('retry', (_count: number, _error: unknown, createRetryStream: () => Request) => {
        isRetried = true;
        follow(createRetryStream());
      });
      readToEnd(stream).then(resolve, (error: unknown) => {
        if (!isRetried) reject(error);
      });
    };
    follow(first);
  });
}
