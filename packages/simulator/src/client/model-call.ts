import type { Dice } from '../chance/dice.js';
import { picked } from '../chance/duration.js';
import type { AttemptRecord, CallEnd, CallRecord } from './call-record.js';
import type { CallKind, ClientModel } from './client-model.js';

/** One call while it is made. */
export class ModelCall implements CallRecord {
  readonly client: string;
  readonly index: number;
  readonly kind: CallKind | undefined;
  readonly servers: readonly string[];
  readonly key: string;
  readonly method: string;
  readonly tenant: number;
  readonly timeoutMs: number | undefined;
  readonly startedMs: number;
  firstAttemptMs: number | undefined;
  endedMs = Number.NaN;
  attempts = 0;
  end: CallEnd = 'failed';
  code: string | undefined;
  status: number | undefined;
  readonly #onAttempt: (attempt: AttemptRecord) => void;

  constructor(
    client: string,
    index: number,
    startedMs: number,
    model: ClientModel,
    dice: Dice,
    onAttempt: (attempt: AttemptRecord) => void,
  ) {
    const { mix, tenants = 1 } = model;
    const kind = mix === undefined ? undefined : picked(mix, dice.next());
    this.client = client;
    this.index = index;
    this.startedMs = startedMs;
    this.#onAttempt = onAttempt;
    this.kind = kind;
    this.servers = serversOf(kind?.servers ?? model.servers);
    this.key = kind?.key ?? (kind?.servers === undefined ? model.key : undefined) ?? `https://${this.servers[0]}`;
    this.method = kind?.method ?? model.method ?? 'GET';
    this.timeoutMs = kind?.timeoutMs ?? model.timeoutMs;
    this.tenant = kind?.tenant ?? (tenants === 1 ? 0 : Math.floor(dice.next() * tenants));
  }

  /** Counts an attempt as it begins. */
  attemptBegan(server: string, atMs: number): void {
    this.attempts += 1;
    this.firstAttemptMs ??= atMs;
    this.#onAttempt({ client: this.client, key: this.key, server, atMs, attempt: this.attempts });
  }

  get route(): string | undefined {
    return this.kind?.route;
  }
}

const USUAL_SERVERS: readonly string[] = ['server'];

function serversOf(servers: ClientModel['servers']): readonly string[] {
  if (servers === undefined) return USUAL_SERVERS;
  return typeof servers === 'string' ? [servers] : servers;
}
