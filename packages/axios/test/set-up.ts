import type { ManualClock } from '@breakwater/core/testing';
import { afterEach } from '@jest/globals';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { attachResilience, type Policy, type PolicyOptions } from '../src/index.js';
import { steadyPolicy } from './drive.js';
import { type Origin, type Reply, startOrigin } from './origin.js';

const origins = new Set<Origin>();

afterEach(async () => {
  for (const origin of origins) await origin.close();
  origins.clear();
});

/** A server that lives as long as the test that asked for it. */
export async function serve(...replies: readonly Reply[]): Promise<Origin> {
  const origin = await startOrigin(...replies);
  origins.add(origin);
  return origin;
}

/** A URL at which no server listens. */
export async function nowhere(): Promise<string> {
  const origin = await startOrigin();
  await origin.close();
  return origin.url;
}

/** A server, and an instance with a policy that sends to it. */
export interface Scene {
  readonly api: AxiosInstance;
  readonly clock: ManualClock;
  readonly policy: Policy;
  readonly origin: Origin;
  readonly requests: Origin['requests'];
  readonly url: string;
}

export async function scene(
  config: AxiosRequestConfig,
  options: PolicyOptions,
  ...replies: readonly Reply[]
): Promise<Scene> {
  const origin = await serve(...replies);
  const { policy, clock } = steadyPolicy(options);
  const api = axios.create({ baseURL: origin.url, ...config } as object);
  attachResilience(api, policy);
  return { api, clock, policy, origin, requests: origin.requests, url: origin.url };
}
