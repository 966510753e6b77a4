import type { ClientRecord, OriginRecord } from './messages.js';
import { CLIENT_TIMEOUT_MS, type Shape } from './shape.js';

/** Records of the two processes of a run. */
export interface RunRecord {
  /** Time at which each call was due, in ms since the begin of the run. */
  readonly starts: Float64Array;
  /** Share of the calls before the run that succeeded. */
  readonly warmUpSuccess: number;
  readonly client: ClientRecord;
  readonly origins: readonly OriginRecord[];
}

export const clientTimeoutOf = (shape: Shape): number => shape.clientTimeoutMs ?? CLIENT_TIMEOUT_MS;
