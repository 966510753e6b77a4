import type { CoolDown, FleetBudgetCounts, FleetBudgetView, StoreId } from '@breakwater/core/store';

/** Time for which a process counts as using the key, in ms. */
const IN_USE_MS = 10_000;

/** Memory of one key in the store of a modelled fleet. */
export interface ModelledKey {
  /** Adds the counts of a process, and returns those that it should know. */
  report(
    process: object,
    counts: FleetBudgetCounts | undefined,
    windowMs: number,
    nowMs: number,
  ): Omit<FleetBudgetView, 'nextMs'>;
  /** Marks a process as using the key, until the returned function is called. */
  joined(coolDown: CoolDown): () => void;
  /** Begins a cool-down in all processes except the one it came from; 0 lifts it. */
  coolDown(remainingMs: number, nowMs: number, from: CoolDown): void;
}

/** Returns a function that finds the key of a name, and makes it on first use. */
export function modelledKeys(): (id: StoreId) => ModelledKey {
  const keys = new Map<string, ModelledKey>();
  return ({ policy, key }) => {
    const name = `${policy}:${key}`;
    const made = keys.get(name) ?? modelledKey();
    keys.set(name, made);
    return made;
  };
}

const SLICES = 10;
const NO_COUNTS: FleetBudgetCounts = { began: 0, answered: 0, withdrawn: 0, refused: 0 };

/** Counts of a tenth of the window: of all processes, and of each. */
interface Slice {
  sum: FleetBudgetCounts;
  readonly byProcess: Map<object, FleetBudgetCounts>;
}

function modelledKey(): ModelledKey {
  const slices = new Map<number, Slice>();
  const lastMs = new Map<object, number>();
  const coolDowns = new Set<CoolDown>();
  let prunedMs = 0;
  return {
    report(process, counts, windowMs, nowMs) {
      lastMs.set(process, nowMs);
      if (nowMs - prunedMs >= 1_000) {
        prunedMs = nowMs;
        for (const [other, atMs] of lastMs) if (atMs <= nowMs - IN_USE_MS) lastMs.delete(other);
      }
      const newest = Math.floor((nowMs * SLICES) / windowMs);
      if (counts !== undefined) {
        const slice = slices.get(newest) ?? { sum: NO_COUNTS, byProcess: new Map() };
        slices.set(newest, slice);
        slice.sum = plus(slice.sum, counts, 1);
        slice.byProcess.set(process, plus(slice.byProcess.get(process) ?? NO_COUNTS, counts, 1));
      }
      let [all, rest] = [NO_COUNTS, NO_COUNTS];
      for (const [at, { sum, byProcess }] of slices) {
        if (at <= newest - SLICES) {
          slices.delete(at);
          continue;
        }
        all = plus(all, sum, 1);
        rest = plus(rest, plus(sum, byProcess.get(process) ?? NO_COUNTS, -1), 1);
      }
      return { rest, refused: all.refused, instances: lastMs.size };
    },
    joined(coolDown) {
      coolDowns.add(coolDown);
      return () => coolDowns.delete(coolDown);
    },
    coolDown(remainingMs, nowMs, from) {
      for (const coolDown of coolDowns) {
        if (coolDown === from) continue;
        if (remainingMs > 0) coolDown.start(remainingMs, nowMs, undefined);
        else coolDown.lift();
      }
    },
  };
}

function plus(one: FleetBudgetCounts, other: FleetBudgetCounts, sign: 1 | -1): FleetBudgetCounts {
  return {
    began: one.began + sign * other.began,
    answered: one.answered + sign * other.answered,
    withdrawn: one.withdrawn + sign * other.withdrawn,
    refused: one.refused + sign * other.refused,
  };
}
