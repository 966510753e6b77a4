import type { Policies, PolicyName } from './policies.js';

/** One call, in terms that hold for both clients. */
export interface Ask {
  readonly policy: PolicyName;
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  /** `stream` can be sent once only. */
  readonly body?: 'text' | 'stream' | undefined;
  readonly key?: string;
  readonly maxRetries?: number;
  readonly idempotencyKey?: string;
  /** The caller's cancel; with `byOldWay` by what the client offered before there were signals. */
  readonly signal?: AbortSignal;
  readonly byOldWay?: boolean;
  /** The client's own limit to each attempt. */
  readonly timeoutMs?: number;
  /** False: the client alone, without a policy. */
  readonly resilience?: false;
  /** Way of reading the answer. Streams: to the end, begun and destroyed, or never. */
  readonly reading?: 'whole' | 'stream' | 'destroyed' | 'abandoned';
  /** Called when the first bytes of a body are there. */
  readonly onFirstBytes?: () => void;
  /** Sends it to a name; called when its address is asked for, which is known when this resolves. */
  readonly onLookup?: () => Promise<void>;
}

/** A client with its policies attached. */
export interface SoakClient {
  /** Makes a call and reads its answer. Rejects as the client does. */
  call(ask: Ask): Promise<void>;
  isCancel(error: unknown): boolean;
  /** Makes a client of its own for one call, under a policy that is made, attached, taken off and closed. */
  callOnce(ask: Ask): Promise<void>;
  /** The requests whose connections are in use, and those that wait for one. */
  busy(): readonly string[];
  /** Closes the connections that are kept alive. */
  closeIdle(): void;
}

export type MakeClient = (policies: Policies, random: () => number) => SoakClient;

export const clientNames = ['axios', 'got'] as const;
export type ClientName = (typeof clientNames)[number];
