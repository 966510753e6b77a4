import type { Policy, StopReason } from '@breakwater/core';
import type { Ask, SoakClient } from './client.js';
import { type Ending, type EndingKind, endingOf } from './ending.js';

/** All calls of a run: how many have begun, how each has ended, and what of it was not as it must be. */
export interface Ledger {
  readonly began: number;
  readonly settled: number;
  readonly endings: Readonly<Partial<Record<EndingKind, number>>>;
  /** Calls that the policies have ended, by their reason. */
  readonly stops: Readonly<Partial<Record<StopReason, number>>>;
  /** Aborts by the phase in which they came. */
  readonly aborts: Readonly<Partial<Record<string, number>>>;
  readonly attempts: number;
  readonly breaches: readonly string[];
  /** The calls that are under way. */
  underWay(): readonly string[];
  /** Makes a call and returns its result; a breach if that is none of the `allowed`. Never rejects. */
  make(what: string, ask: Ask, allowed: readonly EndingKind[], once?: 'once'): Promise<Ending>;
  abortedIn(phase: string): void;
  breach(what: string): void;
}

/** A few examples of each kind of breach are enough. */
const MAX_BREACHES = 40;

export function openLedger(client: SoakClient, policies: Iterable<Policy>): Ledger {
  const endings: Partial<Record<EndingKind, number>> = {};
  const stops: Partial<Record<StopReason, number>> = {};
  const aborts: Partial<Record<string, number>> = {};
  const breaches = new Set<string>();
  const open = new Set<{ readonly what: string }>();
  let began = 0;
  let settled = 0;
  let attempts = 0;

  const breach = (what: string): void => {
    if (breaches.size < MAX_BREACHES) breaches.add(what);
  };
  for (const policy of policies) {
    policy.on('attempt', () => {
      attempts += 1;
    });
    policy.on('call', ({ stopReason }) => {
      stops[stopReason] = (stops[stopReason] ?? 0) + 1;
    });
    policy.on('hookError', ({ hook, message }) => breach(`policy ${policy.name}: its ${hook} failed: ${message}`));
  }
  return {
    endings,
    stops,
    aborts,
    get began() {
      return began;
    },
    get settled() {
      return settled;
    },
    get attempts() {
      return attempts;
    },
    get breaches() {
      return [...breaches];
    },
    underWay: () => [...open].map(({ what }) => what),
    breach,
    abortedIn: (phase) => {
      aborts[phase] = (aborts[phase] ?? 0) + 1;
    },
    make: (what, ask, allowed, once) => {
      began += 1;
      const entry = { what: `${what}, ${ask.url}` };
      open.add(entry);
      const call = once === undefined ? client.call(ask) : client.callOnce(ask);
      const settle = (ending: Ending): Ending => {
        if (!open.delete(entry)) breach(`${what}: settled twice`);
        settled += 1;
        endings[ending.kind] = (endings[ending.kind] ?? 0) + 1;
        if (!allowed.includes(ending.kind)) breach(`${what}: ended as ${ending.kind} (${ending.text})`);
        return ending;
      };
      return call.then(
        () => settle({ kind: 'answered', text: '' }),
        (error: unknown) => settle(endingOf(error, client.isCancel(error))),
      );
    },
  };
}
