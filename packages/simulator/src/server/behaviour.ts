import type { Duration } from '../chance/duration.js';

/** A number that changes evenly from the moment at which the behaviour begins. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
  readonly overMs: number;
}

/** Behaviour of a modelled server, as data. A server without any of these answers everything with 200 after 10 ms. */
export interface Behaviour {
  /** Requests that it works on at the same time; the others wait in its queue. @default Infinity */
  readonly slots?: number | Ramp | undefined;
  /** Time that the work on one request takes. @default 10 */
  readonly serviceMs?: Duration | undefined;
  /** Added to the work on a request for each request that is in the server when the work begins. @default 0 */
  readonly perRequestMs?: number | undefined;
  /** Factor on the time of all work that begins. @default 1 */
  readonly slowFactor?: number | Ramp | undefined;
  /** Requests that may wait; one more is answered with 503 at once. @default Infinity */
  readonly queue?: number | undefined;
  /**
   * `open`: requests arrive. `refused`: connections are refused. `silent`: requests are never answered.
   * `frozen`: all work stands still and goes on when the behaviour changes. @default 'open'
   */
  readonly reach?: 'open' | 'refused' | 'silent' | 'frozen' | undefined;
  /** All connections are reset when the behaviour begins, as by a process that is killed. @default false */
  readonly resetsInFlight?: boolean | undefined;
  /** Pauses of all work, again and again, as by garbage collection. The first pause comes after `everyMs`. */
  readonly pauses?: { readonly everyMs: number; readonly forMs: Duration } | undefined;
  /** Failures that do not depend on load. The first one that a request meets decides. */
  readonly faults?: readonly Fault[] | undefined;
  /** Rejects requests above this number in the last second. */
  readonly throttle?: Throttle | undefined;
  /**
   * A client through which the server itself calls others for each request, after its own work. The slot is held until
   * that call ends; if it is not answered, the request is answered with 502.
   */
  readonly calls?: string | undefined;
  /**
   * Removes the requests of clients that have given up from the queue.
   *
   * @default false
   */
  readonly noticesAbandonment?: boolean | undefined;
}

/** A share of the requests that fails or is slow, whatever the load. */
export type Fault = FaultScope &
  (
    | { readonly kind: 'hang' }
    /** Ends with this error code instead of an answer. `afterMs` defaults to 1. */
    | { readonly kind: 'error'; readonly code: string; readonly afterMs?: Duration | undefined }
    /** Is answered with this status: at once, or after its work if `worked` is set. */
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly retryAfterS?: number | undefined;
        readonly worked?: boolean | undefined;
      }
    /** Takes this much longer. */
    | { readonly kind: 'slow'; readonly byMs: Duration }
  );

/** Requests that a fault concerns: a share of all, or those of one route or of the first tenants. */
export interface FaultScope {
  readonly share: number;
  readonly route?: string | undefined;
  /** The tenants with a number below this one. */
  readonly tenantsBelow?: number | undefined;
}

/** A rate limit. */
export interface Throttle {
  readonly perSecond: number;
  /** @default 429 */
  readonly status?: number | undefined;
  /** Sent as `Retry-After`, in seconds; no header if undefined. */
  readonly retryAfterS?: number | undefined;
  /** Gives each tenant a limit of its own. @default false */
  readonly perTenant?: boolean | undefined;
}

/** Returns the value of a number or ramp, `sinceMs` after the behaviour began. */
export function valueAt(value: number | Ramp, sinceMs: number): number {
  if (typeof value === 'number') return value;
  if (sinceMs >= value.overMs) return value.to;
  return value.from + ((value.to - value.from) * sinceMs) / value.overMs;
}
