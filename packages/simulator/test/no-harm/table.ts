import type { Finding } from './judge.js';
import type { Verdict } from './play.js';

/** The verdicts of a family as lines of text. A rule that does not hold has a line of its own. */
export function familyLines(verdicts: readonly Verdict[], failuresOnly: boolean): string[] {
  return verdicts
    .filter(({ findings }) => !failuresOnly || findings.some(({ holds }) => !holds))
    .flatMap(({ shape, none, retries, ours, findings }) => {
      const shares = [none, retries, ours].map((share) => (share === undefined ? '-' : share.toFixed(1)).padStart(6));
      const broken = findings.filter(({ holds }) => !holds);
      const margin = Math.min(...findings.map(marginOf));
      const verdict = broken.length === 0 ? `ok    least margin ${shown(margin)}` : 'FAILS';
      return [
        `  ${shares.join(' ')}  ${verdict}  ${shape}`,
        ...broken.map((finding) => `${' '.repeat(26)}${line(finding)}`),
      ];
    });
}

export const HEAD = '    none retries ours  (% answered from the beginning of the trouble)';

/** Distance of a figure from its bound on the good side, as a share of the bound or in points. */
export function marginOf({ figure, bound, direction }: Finding): number {
  return direction === 'at least' ? figure - bound : bound - figure;
}

function line({ rule, figure, bound, direction }: Finding): string {
  return `${rule}: ${shown(figure)}, must be ${direction} ${shown(bound)}`;
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
