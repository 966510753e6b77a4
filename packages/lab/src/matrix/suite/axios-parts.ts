import type * as breakwater from '@breakwater/axios';
import type { AxiosTarget } from '@breakwater/axios';
import type * as core from '@breakwater/core';
import type { Policy, PolicyOptions } from '@breakwater/core';
import type * as testing from '@breakwater/core/testing';
import type { AxiosInstance, AxiosRequestConfig, AxiosStatic } from 'axios';
import { atOnce } from './at-once.js';
import type { Behaviour, Stage } from './behaviour.js';
import type { Reply, Server } from './server.js';

/** The packages as a consumer has loaded them. */
export interface AxiosParts {
  readonly axios: AxiosStatic;
  readonly breakwater: typeof breakwater;
  readonly core: typeof core;
  readonly testing: typeof testing;
  /** Exports for a consumer of the other module system, if this one may load it. */
  readonly other?: typeof breakwater;
}

export type AxiosBehaviour = Behaviour<AxiosParts>;

/** A server, and an instance with a policy that sends to it. */
export interface Scene {
  readonly api: AxiosInstance;
  readonly policy: Policy;
  readonly server: Server;
  readonly requests: Server['requests'];
}

/** In real time, unless the policy brings a clock of its own. */
export async function scene(
  { axios, breakwater, core }: AxiosParts,
  stage: Stage,
  config: AxiosRequestConfig,
  options: PolicyOptions,
  ...replies: readonly Reply[]
): Promise<Scene> {
  const server = await stage.serve(...replies);
  const retry = options.retry === false ? false : { backoff: atOnce, ...options.retry };
  const policy = core.createPolicy({ ...options, retry });
  const api = instance(axios, { baseURL: server.url, ...config });
  breakwater.attachResilience(api as AxiosTarget, policy);
  return { api, policy, server, requests: server.requests };
}

/** No proxy of the host gets between a client and the loopback. */
export function instance(axios: AxiosStatic, config: AxiosRequestConfig): AxiosInstance {
  return axios.create({ proxy: false, ...config } as object);
}
