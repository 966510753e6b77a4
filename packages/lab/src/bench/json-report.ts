import type { GroupFigures } from './figures.js';
import type { Effort } from './group.js';
import type { Machine } from './machine.js';
import type { Target } from './targets.js';

export interface JsonReportInput {
  readonly machine: Machine;
  readonly effort: Effort;
  readonly groups: readonly GroupFigures[];
  readonly targets: readonly Target[];
}

/** Everything, for other tools: figures with their samples, in the order in which they were taken, and the targets. */
export function jsonReport({ machine, effort, groups, targets }: JsonReportInput): string {
  const report = { bench: 'peers', version: 1, machine, ...effortOf(effort), groups, targets };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Null if each section did the work that makes it steady. */
const effortOf = ({ rounds, batch, cpu }: Effort) => ({
  rounds: rounds ?? null,
  batch: batch ?? null,
  clock: cpu ? 'cpu' : 'wall',
});
