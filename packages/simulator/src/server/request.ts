import type { Dice } from '../chance/dice.js';
import type { Duration } from '../chance/duration.js';
import type { Fault } from './behaviour.js';

/** A request as it reaches a modelled server. */
export interface Request {
  readonly dice: Dice;
  readonly route: string | undefined;
  readonly tenant: number;
  /** The time of its work, if it is not the server's usual one. */
  readonly serviceMs: Duration | undefined;
  /** Time after which it is answered without holding a slot: a long poll, an event stream, a slow upload. */
  readonly holdMs: Duration | undefined;
  /** Set if the client has given up. */
  readonly isAbandoned: boolean;
  /** Fault of a request that is processed nevertheless; set by the server. */
  fault: Fault | undefined;
  /** Called by the server with the result of the request. */
  reply(reply: Reply): void;
}

/** Result of a request: an answer, or an error code. A request that hangs has neither. */
export type Reply = Answer | { readonly code: string };

/** An answer with the shape of a response, so that a policy reads its status and its headers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Makes an answer; `retryAfterS` becomes a `Retry-After` header. */
export function answer(status: number, retryAfterS?: number): Answer {
  return { status, headers: retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) } };
}
