import type { CoolDown, FleetBudgetCounts, FleetBudgetView, StoreId } from '@breakwater/core/store';

/** Time for which a process counts as one that has the key in use, in ms. */
const IN_USE_MS = 10_000;

/** Memory of one key in the store of a modelled fleet. */
export interface ModelledKey {
  /** Adds what a process has counted, and returns what it is to know. */
  report(
    process: object,
    counts: FleetBudgetCounts | undefined,
    windowMs: number,
    nowMs: number,
  ): Omit<FleetBudgetView, 'nextMs'>;
  /** A process has the key in use from now on, until the returned function is called. */
  joined(coolDown: CoolDown): () => void;
  /** Begins a cool-down in all processes but the one that it came from; 0: lifts it. */
  coolDown(remainingMs: number, nowMs: number, from: CoolDown): void;
}

/** Returns the key of a name, made when it is first asked for. */
export function modelledKeys(): (id: StoreId) => ModelledKey {
  const keys = new Map<string, ModelledKey>();
  return ({ policy, key }) => {
    const name = `${policy}:${key}`;
    const made = keys.get(name) ?? modelledKey();
    keys.set(name, made);
    return made;
  };
}

interface Report extends FleetBudgetCounts {
  readonly process: object;
  readonly atMs: number;
}

function modelledKey(): ModelledKey {
  let reports: Report[] = [];
  const lastMs = new Map<object, number>();
  const coolDowns = new Set<CoolDown>();
  return {
    report(process, counts, windowMs, nowMs) {
      lastMs.set(process, nowMs);
      if (counts !== undefined) reports.push({ ...counts, process, atMs: nowMs });
      reports = reports.filter(({ atMs }) => atMs > nowMs - windowMs);
      for (const [other, atMs] of lastMs) if (atMs <= nowMs - IN_USE_MS) lastMs.delete(other);
      const others = reports.filter((report) => report.process !== process);
      const sum = (of: readonly Report[], what: keyof FleetBudgetCounts): number =>
        of.reduce((total, report) => total + report[what], 0);
      return {
        rest: { began: sum(others, 'began'), answered: sum(others, 'answered'), withdrawn: sum(others, 'withdrawn') },
        refused: sum(reports, 'refused'),
        instances: lastMs.size,
      };
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
