import { expect, it } from '@jest/globals';
import { EventLog } from './event-log.js';

const entry = (text: string, atMs: number, more: { key?: string; fold?: string } = {}) => ({
  atMs,
  policy: 'p',
  key: 'k',
  level: 'bad' as const,
  text,
  ...more,
});
const texts = (log: EventLog) =>
  log.after(0).map(({ text, times }) => (times === undefined ? text : `${text} x${times}`));

it('keeps events in their order, and returns those after a number', () => {
  const log = new EventLog();
  log.add(entry('one', 1));
  log.add(entry('two', 2));
  expect(texts(log)).toEqual(['one', 'two']);
  expect(log.after(1).map(({ text }) => text)).toEqual(['two']);
  expect(log.after(log.lastSeq)).toEqual([]);
});

it('records a repeated event once in ten seconds', () => {
  const log = new EventLog();
  for (const atMs of [0, 1_000, 9_999, 10_000, 10_001]) log.add(entry('again', atMs));
  expect(log.after(0).map(({ atMs }) => atMs)).toEqual([0, 10_000]);
});

it('merges consecutive events with the same fold into one entry, and counts them', () => {
  const log = new EventLog();
  log.add(entry('opened', 1));
  for (let n = 0; n < 3; n += 1) log.add(entry('probe failed', 2 + n, { fold: 'probe' }));
  log.add(entry('other key', 5, { key: 'other' }));
  log.add(entry('probe failed', 6, { fold: 'probe' }));
  expect(texts(log)).toEqual(['opened', 'other key', 'probe failed x4']);
  const last = log.after(0).at(-1);
  expect([last?.seq, last?.replaces]).toEqual([6, 4]);
  log.add(entry('closed', 7));
  log.add(entry('probe failed', 8, { fold: 'probe' }));
  expect(texts(log)).toEqual(['opened', 'other key', 'probe failed x4', 'closed', 'probe failed']);
});

it('keeps the last 500 events', () => {
  const log = new EventLog();
  for (let n = 0; n < 1_000; n += 1) log.add(entry(`number ${n}`, n));
  expect([log.after(0).length, log.after(0)[0]?.text]).toEqual([500, 'number 500']);
});
