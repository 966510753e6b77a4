import type { PolicyRow } from '../src/view/wire.js';
import { counted } from './format.js';
import type { TableRow } from './table-rows.js';

/** The page's first sentence, for a reader who has half a minute. */
export interface PageVerdict {
  readonly level: 'good' | 'warn' | 'bad' | 'idle';
  readonly text: string;
}

export function verdictOf(rows: readonly TableRow[]): PageVerdict {
  if (rows.length === 0) return { level: 'idle', text: 'No key has been used yet.' };
  const count = (holds: (row: TableRow) => boolean): number => rows.filter(holds).length;
  const open = count(({ state }) => state === 'open');
  const forced = count(({ state }) => state === 'forced-open');
  const halfOpen = count(({ state }) => state === 'half-open');
  const isThrough = ({ state }: TableRow): boolean => state === 'closed' || state === 'none';
  const cooling = count((row) => isThrough(row) && row.trouble === 70);
  const limited = count((row) => isThrough(row) && (row.trouble === 60 || row.trouble === 40));
  const failing = count((row) => isThrough(row) && row.trouble > 0 && (row.trouble < 40 || row.trouble === 50));
  const parts = [
    open > 0 && `${counted(open, 'circuit')} open`,
    forced > 0 && `${counted(forced, 'circuit')} opened by hand`,
    halfOpen > 0 && `${halfOpen} probing`,
    cooling > 0 && `${cooling} cooling down`,
    limited > 0 && `${limited} limited`,
    failing > 0 && `${failing} failing in part`,
  ].filter((part) => part !== false);
  if (parts.length === 0) {
    return {
      level: 'good',
      text: rows.length === 1 ? 'The only key is well.' : `All ${counted(rows.length, 'key')} are well.`,
    };
  }
  const inTrouble = count(({ trouble }) => trouble > 0);
  const whole =
    rows.length === 1 ? 'The only key is in trouble' : `${inTrouble} of ${counted(rows.length, 'key')} in trouble`;
  return { level: open + forced > 0 ? 'bad' : 'warn', text: `${whole}: ${parts.join(', ')}.` };
}

/** Returns one sentence about the store that the processes of a fleet share; empty if it works. */
export function storeText(policies: readonly PolicyRow[]): string {
  const names = (store: PolicyRow['store']): string =>
    policies
      .filter((policy) => policy.store === store)
      .map(({ id }) => id)
      .join(', ');
  const [degraded, pollOnly] = [names('degraded'), names('poll-only')];
  const parts = [
    degraded && `The shared store fails, in whole or in part: this process decides alone (${degraded}).`,
    pollOnly && `The shared store sends no messages: changes by other processes come by polling (${pollOnly}).`,
  ];
  return parts.filter(Boolean).join(' ');
}
