import { Readable } from 'node:stream';
import { attachResilience, type RequestResilience } from '@breakwater/axios';
import axios, { type AxiosInstance, type AxiosRequestConfig, type CancelToken } from 'axios';
import type { Ask, SoakClient } from './client.js';
import { byName, type Connections, connections, lateLookup } from './connections.js';
import { newPolicy, type Policies, type PolicyName, policyNames } from './policies.js';
import { abandon, readAndDestroy, readToEnd } from './reading.js';

export function axiosClient(policies: Policies, random: () => number): SoakClient {
  const kept = connections();
  const instances = new Map<PolicyName, AxiosInstance>();
  for (const name of policyNames) {
    const instance = newInstance(kept);
    attachResilience(instance, policies[name]);
    instances.set(name, instance);
  }
  return {
    call: (ask) => send(instances.get(ask.policy) as AxiosInstance, kept, ask),
    isCancel: axios.isCancel,
    callOnce: async (ask) => {
      const instance = newInstance(kept);
      const policy = newPolicy(ask.policy, random);
      attachResilience(instance, policies.open);
      const { detach } = attachResilience(instance, policy);
      const off = policy.on('attempt', () => {});
      const sent = send(instance, kept, ask);
      detach();
      try {
        await sent;
      } finally {
        off();
        policy.close();
      }
    },
    busy: kept.busy,
    closeIdle: kept.closeIdle,
  };
}

function newInstance({ agent }: Connections): AxiosInstance {
  return axios.create({ httpAgent: agent, proxy: false, maxRedirects: 3 });
}

async function send(instance: AxiosInstance, kept: Connections, ask: Ask): Promise<void> {
  const cancel = ask.byOldWay ? axios.CancelToken.source() : undefined;
  if (ask.signal?.aborted) cancel?.cancel();
  else if (cancel !== undefined) ask.signal?.addEventListener('abort', () => cancel.cancel(), { once: true });
  const response = await instance.request<unknown>(configOf(ask, kept, cancel?.token)).catch(dropStream);
  switch (ask.reading) {
    case 'stream':
      return readToEnd(response.data as Readable);
    case 'destroyed':
      return readAndDestroy(response.data as Readable);
    case 'abandoned':
      return abandon(response.data as Readable);
    case 'whole':
    case undefined:
      return;
  }
}

function configOf(ask: Ask, kept: Connections, cancelToken: CancelToken | undefined): AxiosRequestConfig {
  return {
    url: ask.url,
    method: ask.method ?? 'GET',
    resilience: ask.resilience ?? resilienceOf(ask),
    ...(cancelToken === undefined ? { signal: ask.signal as AbortSignal } : { cancelToken }),
    ...(ask.timeoutMs !== undefined && { timeout: ask.timeoutMs }),
    ...bodyOf(ask),
    ...(ask.onFirstBytes && { onDownloadProgress: ask.onFirstBytes }),
    ...(ask.reading !== undefined && ask.reading !== 'whole' && { responseType: 'stream' }),
    ...(ask.onLookup && {
      url: byName(ask.url),
      lookup: lateLookup(ask.onLookup) as never,
      httpAgent: kept.freshAgent,
    }),
  };
}

/** A streamed answer that comes in an error is the caller's to free too. */
function dropStream(error: { readonly response?: { readonly data?: unknown } }): never {
  const data = error.response?.data;
  if (data instanceof Readable) data.destroy();
  throw error;
}

function resilienceOf({ key, maxRetries, idempotencyKey }: Ask): RequestResilience {
  return { key, maxRetries, idempotencyKey };
}

function bodyOf({ body }: Ask): AxiosRequestConfig {
  if (body === undefined) return {};
  return body === 'text' ? { data: 'a body' } : { data: Readable.from(['a ', 'body']), maxRedirects: 0 };
}
