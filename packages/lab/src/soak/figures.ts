import type { ClientName } from './client.js';
import type { Ledger } from './ledger.js';
import type { Sample } from './trend.js';

/** Results of a run; plain data. */
export interface Figures
  extends Pick<Ledger, 'began' | 'settled' | 'endings' | 'stops' | 'aborts' | 'attempts' | 'breaches'> {
  readonly client: ClientName;
  readonly elapsedMs: number;
  /** Requests that the server got. */
  readonly requests: number;
  /** The heap in bytes after each round, when nothing was under way and the garbage was collected. */
  readonly heap: readonly Sample[];
}

/** Exit of the callers' process. */
export type Exit =
  | { readonly kind: 'by-itself'; readonly code: number; readonly afterMs: number }
  /** It had to be killed; what kept it alive. */
  | { readonly kind: 'hung'; readonly resources: readonly string[] }
  | { readonly kind: 'early'; readonly how: string };

export interface Outcome {
  readonly client: ClientName;
  /** Undefined if it did not get that far. */
  readonly figures: Figures | undefined;
  readonly exit: Exit;
}

export interface Run {
  readonly client: ClientName;
  readonly calls: number;
  readonly seed: number;
}

/** Messages of the callers' process. */
export type FromCallers =
  | { readonly kind: 'progress'; readonly began: number; readonly heapBytes: number; readonly breaches: number }
  | { readonly kind: 'done'; readonly figures: Figures }
  /** It should have ended by now. */
  | { readonly kind: 'hangs'; readonly resources: readonly string[] };
