/** Fields of each second (counts per second, or a gauge), with the rule for merging moments into longer ones. */
export const historyFields = {
  answered: 'sum',
  failed: 'sum',
  refused: 'sum',
  attempts: 'sum',
  p50: 'max',
  p95: 'max',
  inFlight: 'max',
  cap: 'last',
  budget: 'last',
  coolDown: 'max',
  state: 'max',
} as const;

export type HistoryField = keyof typeof historyFields;
/** One moment. Undefined: unknown, or not applicable. */
export type Moment = Readonly<Record<HistoryField, number | undefined>>;
/** A stretch of moments, oldest first, with a step of `stepMs`. Null: unknown. */
export interface HistoryStretch {
  readonly stepMs: number;
  /** Start of the first one, in ms since 1970. */
  readonly fromMs: number;
  readonly values: Readonly<Record<HistoryField, readonly (number | null)[]>>;
}

export const fieldNames = Object.keys(historyFields) as readonly HistoryField[];

const SLOTS = 60;

/** Extent of one resolution. Its memory is bounded by `maxBlocks` blocks of about 2.6 KB for all keys together. */
export interface Resolution {
  readonly stepMs: number;
  readonly keepMs: number;
  readonly maxBlocks: number;
}

/** 15 minutes by the second and 6 hours by ten seconds: about 20 MB at most. An idle key takes no memory. */
export const resolutions: readonly Resolution[] = [
  { stepMs: 1_000, keepMs: 900_000, maxBlocks: 4_000 },
  { stepMs: 10_000, keepMs: 21_600_000, maxBlocks: 4_000 },
];

/** Sixty moments of one key in a row. */
interface Block {
  readonly key: string;
  /** Number of its first slot, counted from 1970. */
  readonly first: number;
  readonly values: Float32Array;
}

/** The moments of all keys at one resolution. New blocks replace the oldest ones. */
export class History {
  readonly #resolution: Resolution;
  readonly #byKey = new Map<string, Block[]>();
  /** Oldest first. */
  readonly #all = new Set<Block>();

  constructor(resolution: Resolution) {
    this.#resolution = resolution;
  }

  get stepMs(): number {
    return this.#resolution.stepMs;
  }

  get blockCount(): number {
    return this.#all.size;
  }

  record(key: string, atMs: number, moment: Moment): void {
    const slot = Math.floor(atMs / this.stepMs);
    const block = this.#blockFor(key, slot);
    const at = (slot - block.first) * fieldNames.length;
    const isNew = Number.isNaN(block.values[at] ?? Number.NaN);
    fieldNames.forEach((field, index) => {
      const value = moment[field] ?? Number.NaN;
      const old = isNew ? Number.NaN : (block.values[at + index] ?? Number.NaN);
      block.values[at + index] = together(historyFields[field], old, value);
    });
  }

  /** Forgets moments that are too old. */
  prune(nowMs: number): void {
    const oldest = Math.floor((nowMs - this.#resolution.keepMs) / this.stepMs);
    for (let block = this.#oldest; block !== undefined && block.first + SLOTS <= oldest; block = this.#oldest) {
      this.#dropOldest();
    }
  }

  /** Returns all moments that begin at `sinceMs` or later and have ended by `nowMs`, without gaps. */
  stretch(key: string, sinceMs: number, nowMs: number): HistoryStretch {
    const end = Math.floor(nowMs / this.stepMs);
    const start = Math.max(Math.ceil(sinceMs / this.stepMs), end - this.#resolution.keepMs / this.stepMs);
    const blocks = this.#byKey.get(key) ?? [];
    const values = Object.fromEntries(
      fieldNames.map((field, index) => {
        const list: (number | null)[] = new Array(Math.max(0, end - start)).fill(null);
        for (const block of blocks) {
          for (let slot = Math.max(block.first, start); slot < Math.min(block.first + SLOTS, end); slot += 1) {
            const value = block.values[(slot - block.first) * fieldNames.length + index] ?? Number.NaN;
            if (!Number.isNaN(value)) list[slot - start] = Math.round(value * 100) / 100;
          }
        }
        return [field, list];
      }),
    ) as unknown as HistoryStretch['values'];
    return { stepMs: this.stepMs, fromMs: start * this.stepMs, values };
  }

  get #oldest(): Block | undefined {
    return this.#all.values().next().value;
  }

  #blockFor(key: string, slot: number): Block {
    const blocks = this.#byKey.get(key) ?? [];
    this.#byKey.set(key, blocks);
    const first = slot - (slot % SLOTS);
    const known = blocks.find((block) => block.first === first);
    if (known !== undefined) return known;
    const block = { key, first, values: new Float32Array(SLOTS * fieldNames.length).fill(Number.NaN) };
    blocks.push(block);
    this.#all.add(block);
    while (this.blockCount > this.#resolution.maxBlocks) this.#dropOldest();
    return block;
  }

  #dropOldest(): void {
    const block = this.#oldest;
    if (block === undefined) return;
    this.#all.delete(block);
    const rest = this.#byKey.get(block.key)?.filter((other) => other !== block) ?? [];
    if (rest.length === 0) this.#byKey.delete(block.key);
    else this.#byKey.set(block.key, rest);
  }
}

function together(rule: (typeof historyFields)[HistoryField], old: number, value: number): number {
  if (Number.isNaN(old)) return value;
  if (Number.isNaN(value)) return old;
  if (rule === 'sum') return old + value;
  return rule === 'max' ? Math.max(old, value) : value;
}
