import type { Clock, Timer } from '../host/clock.js';
import type { KeyBudget } from '../retry/budget.js';
import { isAmount } from './amount.js';
import type { BreakerStore, ProbeGrant, StoreLink } from './store.js';

/** Longest wait for a probe lease if the store sets none, in ms. */
const DEFAULT_PROBE_WAIT_MS = 100;
/** A store that has answered nothing about probes for so long fails; one that is only slow does not. */
const SILENT_MS = 1_000;

/** Runs a method of a store, and returns undefined if it fails. */
export type Attempt = <T>(
  method: keyof StoreLink | keyof BreakerStore | keyof KeyBudget,
  action: () => T,
) => T | undefined;

/** The waits of probes for a store's leases. */
export class ProbeWaits {
  readonly #attempt: Attempt;
  readonly #clock: Clock;
  /** Start of the first request for a lease that was not answered in time, since the last answer to one. */
  #silentSinceMs: number | undefined;

  constructor(attempt: Attempt, clock: Clock) {
    this.#attempt = attempt;
    this.#clock = clock;
  }

  /** Returns the grant if it comes in time, else undefined. A grant that comes later is returned to the store. */
  inTime(grant: Promise<ProbeGrant | undefined>, link: StoreLink): Promise<ProbeGrant | undefined> {
    return new Promise((resolve) => {
      const askedMs = this.#clock.now();
      const late = (): void => {
        timer = undefined;
        this.#late(askedMs);
        resolve(undefined);
      };
      let timer: Timer | undefined = this.#clock.schedule(late, waitMsOf(link));
      const settle = (value: ProbeGrant | undefined): void => {
        this.#silentSinceMs = undefined;
        const checked = value && this.#attempt('acquireProbe', () => checkedGrant(value));
        if (timer !== undefined) {
          timer.cancel();
          resolve(checked);
        } else if (checked?.granted) {
          this.#attempt('probeEnded', () => link.probeEnded?.(checked.token, 'released'));
        }
      };
      grant.then(settle, () => settle(undefined));
    });
  }

  #late(askedMs: number): void {
    this.#silentSinceMs ??= askedMs;
    const silentMs = this.#clock.now() - this.#silentSinceMs;
    if (silentMs < SILENT_MS) return;
    this.#attempt('acquireProbe', () => {
      throw new Error(`no answer about a probe for ${Math.round(silentMs)} ms`);
    });
  }
}

/** A store whose setting cannot be read, or is no time, has none. */
function waitMsOf(link: StoreLink): number {
  try {
    const { probeWaitMs } = link;
    return isAmount(probeWaitMs) ? probeWaitMs : DEFAULT_PROBE_WAIT_MS;
  } catch {
    return DEFAULT_PROBE_WAIT_MS;
  }
}

function checkedGrant(grant: ProbeGrant): ProbeGrant {
  if (grant.granted || isAmount(grant.retryAfterMs)) return grant;
  throw new TypeError('acquireProbe must return a lease, or how long to wait for the next chance');
}
