import type { QuotaRule } from './quota.js';

/** Present behaviour of a server. */
export interface Conditions {
  /** Requests it works on at a time. */
  readonly slots: number;
  /** Time for one request, on average. */
  readonly serviceMs: number;
  /** Requests that may wait for a slot; what is beyond them gets 503. */
  readonly queue: number;
  /**
   * Requests per window; the rest get 429, with the time of the next window in `Retry-After`. Undefined if there is no
   * quota.
   */
  readonly quota: QuotaRule | undefined;
  /** It resets every connection. */
  readonly down: boolean;
}

const phaseNames = ['calm', 'brownout', 'outage', 'throttling', 'recovery'] as const;

export type PhaseName = (typeof phaseNames)[number];

export interface Phase {
  readonly name: PhaseName;
  /** Description, for people. */
  readonly says: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly conditions: Conditions;
}

/** The load, the same on both sides for the whole run. */
export const callsPerSecond = 80;

/** Options of both sides' clients. They have no others. */
export const clientTimeoutMs = 300;

const healthy: Conditions = { slots: 10, serviceMs: 40, queue: 200, quota: undefined, down: false };

const story: readonly { name: PhaseName; share: number; says: string; conditions: Conditions }[] = [
  { name: 'calm', share: 4, says: 'the server can do three times the load', conditions: healthy },
  {
    name: 'brownout',
    share: 8,
    says: 'a fifth of the server is left: 50 of 80 calls/s',
    conditions: { ...healthy, slots: 2 },
  },
  { name: 'outage', share: 6, says: 'the server resets every connection', conditions: { ...healthy, down: true } },
  {
    name: 'throttling',
    share: 6,
    says: '160 requests in 6 s, then 429 with Retry-After',
    conditions: { ...healthy, quota: { requests: 160, windowMs: 6_000 } },
  },
  { name: 'recovery', share: 6, says: 'the server is as it was', conditions: healthy },
];

/** The five phases, one after the other, stretched to the given length. */
export function scenario(seconds: number): readonly Phase[] {
  const whole = story.reduce((sum, { share }) => sum + share, 0);
  let passed = 0;
  return story.map(({ name, share, says, conditions }) => {
    const startMs = (passed / whole) * seconds * 1_000;
    passed += share;
    return { name, says, startMs, endMs: (passed / whole) * seconds * 1_000, conditions };
  });
}

/** The phase at that time; the last one when all are over. */
export function phaseAt(phases: readonly Phase[], atMs: number): Phase {
  const phase = phases.find(({ endMs }) => atMs < endMs) ?? phases.at(-1);
  if (phase === undefined) throw new RangeError('a scenario has at least one phase');
  return phase;
}

export function isPhaseName(value: unknown): value is PhaseName {
  return phaseNames.some((name) => name === value);
}
