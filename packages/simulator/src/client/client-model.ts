import type { PolicyOptions } from '@breakwater/core';
import type { Duration } from '../chance/duration.js';
import type { Traffic } from './traffic.js';

/** The part of an application that calls servers, as data. */
export interface ClientModel {
  /** Several kinds of traffic add up. */
  readonly traffic: Traffic | readonly Traffic[];
  /** The servers behind the client's one name or load balancer. @default 'server' */
  readonly servers?: string | readonly string[] | undefined;
  /**
   * Rule by which an attempt gets one of several servers.
   *
   * @default 'random'
   */
  readonly pick?: 'random' | 'round-robin' | undefined;
  /** Time after which the client itself gives up an attempt; undefined: never. */
  readonly timeoutMs?: number | undefined;
  /** Time on the network, each way. @default 0 */
  readonly networkMs?: Duration | undefined;
  /** @default 'GET' */
  readonly method?: string | undefined;
  /** The key of the calls. @default `https://` and the first server's name */
  readonly key?: string | undefined;
  /** Kinds of calls with their shares, which add up to 1. */
  readonly mix?: readonly CallKind[] | undefined;
  /** Number of tenants to which the calls belong, at random. @default 1 */
  readonly tenants?: number | undefined;
  /** Clients of one application share its policies. @default the client's own name */
  readonly application?: string | undefined;
  /**
   * The policy of the client's application in every comparison: options as for `createPolicy`, `none`, or the name of a
   * rival such as `naive`. Clients of one application have one policy.
   *
   * @default the policy of the simulation
   */
  readonly policy?: PolicyOptions | string | undefined;
  /** Number of processes that share the traffic, in turns, each with a policy of its own. @default 1 */
  readonly processes?: number | undefined;
}

/** One kind of the calls that a client makes. Undefined fields are those of the client or the server. */
export interface CallKind {
  readonly share: number;
  /** The tenant of all such calls, a number from 0; undefined: any. */
  readonly tenant?: number | undefined;
  readonly route?: string | undefined;
  readonly servers?: string | readonly string[] | undefined;
  /** Time that the server works on such a call. */
  readonly serviceMs?: Duration | undefined;
  /** Time for which the call is held without work: a long poll, an event stream, a slow upload. */
  readonly holdMs?: Duration | undefined;
  readonly timeoutMs?: number | undefined;
  /** @default the client's, or `https://` and the first server's name if `servers` is set */
  readonly key?: string | undefined;
  readonly method?: string | undefined;
}
