import type { PolicyOptions } from '@breakwater/core';
import type { ClientName } from './client-names.js';
import type { Shape } from './shape.js';

/** Time after the last phase in which calls may still end, and servers still answer. */
export const GRACE_MS = 3_000;

export type ToServer =
  | { readonly type: 'listen'; readonly shape: Shape }
  | { readonly type: 'go'; readonly startsAtMs: number }
  | { readonly type: 'finish' };

export type FromServer =
  | { readonly type: 'listening'; readonly ports: readonly number[] }
  | { readonly type: 'result'; readonly origins: readonly OriginRecord[] };

/** Record of one origin, in bins of 100 ms since the begin of the run. */
export interface OriginRecord {
  readonly arrivals: Int32Array;
  /** Good answers written, also to clients that had gone. */
  readonly served: Int32Array;
  readonly waiting: Int32Array;
  /**
   * The time from arrival to good answer that a request would have had, every 10 ms; Infinity if there was none to be
   * had.
   */
  readonly delays: Float32Array;
}

export type ToClient =
  | {
      readonly type: 'prepare';
      readonly client: ClientName;
      readonly policy: PolicyOptions | undefined;
      readonly urls: readonly string[];
      readonly timeoutMs: number;
      readonly warmUpMs: number;
      readonly starts: Float64Array;
      readonly durationMs: number;
    }
  | { readonly type: 'go'; readonly startsAtMs: number };

export type FromClient =
  | { readonly type: 'ready'; readonly warmUpSuccess: number }
  | { readonly type: 'progress'; readonly begun: number; readonly ok: number; readonly open: number }
  | { readonly type: 'result'; readonly record: ClientRecord };

export const UNFINISHED = 0;
export const OK = 1;
export const FAILED = 2;
export const REFUSED = 3;

/** Results of the calls, by their place in the schedule. */
export interface ClientRecord {
  /** UNFINISHED, OK, FAILED or REFUSED. */
  readonly outcomes: Uint8Array;
  /** In ms since the begin of the run. */
  readonly endsMs: Float64Array;
  /** Delay of the calls beyond their plan: the client's own weakness, not the server's. */
  readonly latenessMs: Float32Array;
  /** Attempts that the client put on the wire, or tried to, in bins of 100 ms. */
  readonly attempts: Int32Array;
  /** Share of one core. */
  readonly cpuShare: number;
}
