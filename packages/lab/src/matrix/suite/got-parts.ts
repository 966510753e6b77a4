import type * as core from '@breakwater/core';
import type { Policy, PolicyOptions } from '@breakwater/core';
import type * as testing from '@breakwater/core/testing';
import type * as breakwater from '@breakwater/got';
import type { Got } from 'got';
import { atOnce } from './at-once.js';
import type { Behaviour, Stage } from './behaviour.js';
import type { Reply, Server } from './server.js';

/** The packages as a consumer has loaded them. */
export interface GotParts {
  readonly got: Got;
  /** The names beside the default export; those of got 11 stand on the function. */
  readonly names: { readonly RequestError: unknown; readonly CancelError?: unknown };
  readonly breakwater: typeof breakwater;
  readonly core: typeof core;
  readonly testing: typeof testing;
  /** Exports for a consumer of the other module system, if this one may load it. */
  readonly other?: typeof breakwater;
}

export type GotBehaviour = Behaviour<GotParts>;

/** A server, and a client with a policy. */
export interface Scene {
  readonly client: Got;
  readonly policy: Policy;
  readonly server: Server;
  readonly requests: Server['requests'];
  readonly url: string;
}

/** In real time, unless the policy brings a clock of its own. */
export async function scene(
  { got, breakwater, core }: GotParts,
  stage: Stage,
  options: PolicyOptions,
  ...replies: readonly Reply[]
): Promise<Scene> {
  const server = await stage.serve(...replies);
  const retry = options.retry === false ? false : { backoff: atOnce, ...options.retry };
  const policy = core.createPolicy({ ...options, retry });
  const client = got.extend(breakwater.resilience(policy));
  return { client, policy, server, requests: server.requests, url: server.url };
}
