import type { Samples } from './timed.js';

export const sectionNames = [
  'execute',
  'axios',
  'got',
  'reject',
  'allocation',
  'memory',
  'bad-day',
  'otel',
  'bundle',
] as const;
export type SectionName = (typeof sectionNames)[number];

/** Amount of work of a section; undefined for the amount that gives steady figures. */
export interface Effort {
  readonly rounds: number | undefined;
  readonly batch: number | undefined;
  /** Time of the processor instead of the clock on the wall: what other processes do to this one is left out. */
  readonly cpu: boolean;
}

export type Section = (effort: Effort) => Promise<readonly Group[]>;

/** Cases that were measured together, and may be compared. */
export interface Group {
  /** `<section>: <what>` */
  readonly name: string;
  /** `ns` is the time of a call. */
  readonly unit: 'ns' | 'bytes' | 'count' | 'delay';
  /** Figure of a group with a base: the time above it, that as a share of it, or calls a second. */
  readonly reading?: 'over' | 'share' | 'rate';
  /** The case that the others are measured from: what there is without any library. */
  readonly base?: string;
  /** The case that the others are set against. */
  readonly ours?: string;
  readonly cases: readonly Samples[];
}

/** The base measured a second time. It shows the noise: what differs by less does not differ. */
export const AGAIN = 'bare again';
