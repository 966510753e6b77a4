import type { Colors } from '../command-io.js';
import type { WatchedEvent, WatchedKey } from './watched-page.js';

const STATE_WORDS: Readonly<Record<string, string>> = {
  closed: 'closed',
  'half-open': 'half-open',
  open: 'OPEN',
  'forced-open': 'FORCED',
  none: '-',
};

export function stateWord(state: string): string {
  return STATE_WORDS[state] ?? state;
}

/** Returns the colour of a key by its need for attention. */
export function troubleColor({ trouble }: WatchedKey, { red, yellow, green }: Colors): (text: string) => string {
  if (trouble >= 80) return red;
  return trouble > 0 ? yellow : green;
}

export function levelColor({ level }: WatchedEvent, colors: Colors): (text: string) => string {
  if (level === 'bad') return colors.red;
  if (level === 'warn') return colors.yellow;
  return level === 'good' ? colors.green : colors.cyan;
}

export function eventText({ atMs, key, policy, text, times }: WatchedEvent): string {
  return `${timeText(atMs)}  ${key === '' ? policy : key}: ${text}${times > 1 ? ` (${times} times)` : ''}`;
}

export function timeText(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 8);
}

/** Returns one sentence about all keys. */
export function verdictText(rows: readonly WatchedKey[]): string {
  const inTrouble = rows.filter(({ trouble }) => trouble > 0).length;
  if (rows.length === 0) return 'no key has been used yet';
  const keys = `${rows.length} ${rows.length === 1 ? 'key' : 'keys'}`;
  return inTrouble === 0 ? `${keys}, all well` : `${inTrouble} of ${keys} in trouble`;
}

/** Returns what is wrong with the shared store, in words; empty if nothing is. */
export function storeText(troubles: readonly string[]): string {
  if (troubles.includes('degraded')) return 'the shared store fails, in whole or in part: this process decides alone';
  return troubles.includes('poll-only') ? 'the shared store sends no messages: changes come by polling' : '';
}

export function figure(value: number): string {
  if (value === 0) return '0';
  return value < 9.95 ? value.toFixed(1) : String(Math.round(value));
}

/** Returns a share, cut rather than rounded: 99.96 % are not all. */
export function share(part: number, whole: number): string {
  return whole <= 0 ? '-' : `${Math.floor((part / whole) * 1_000) / 10} %`;
}
