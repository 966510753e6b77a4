import type { PolicySettings, RetrySettings } from '@breakwater/core';
import type { Section, TableBlock } from '../report/section.js';
import { durationText, numberText } from '../report/wording.js';
import type { Explanation } from './explanation.js';
import type { RetryWaits, Wait } from './waits.js';

/** Returns the table of delays, if there are any. */
export function waitsSection({ waits }: Explanation, { retry }: PolicySettings): Section[] {
  if (retry === false || waits.length === 0) return [];
  const isBounded = kindsOf(waits).some(({ share }) => share !== null && share < 1);
  return [
    {
      title: 'Wait before each retry',
      blocks: [
        { kind: 'table', table: tableOf(waits, isBounded) },
        { kind: 'text', text: notes(retry, waits, isBounded) },
      ],
    },
  ];
}

function tableOf(waits: readonly RetryWaits[], isBounded: boolean): TableBlock {
  const head = ['retry', 'min', 'mean', 'max', ...['min', 'mean', 'max'].map((name) => `throttled\n${name}`)];
  const rows = waits.map(({ retry, ordinary, throttled }) => [
    `${retry}`,
    ...columns(ordinary),
    ...columns(throttled),
    ...(isBounded ? [`${shareText(ordinary)}/${shareText(throttled)} %`] : []),
  ]);
  return { head: isBounded ? [...head, 'in time'] : head, rows };
}

function columns({ minMs, meanMs, maxMs, meanBy, share }: Wait): string[] {
  const mean = share === 0 && meanMs === null ? '-' : shown(meanMs);
  return [shown(minMs), meanBy === 'sample' && meanMs !== null ? `~${mean}` : mean, shown(maxMs)];
}

function notes(retry: RetrySettings, waits: readonly RetryWaits[], isBounded: boolean): string {
  const isSampled = kindsOf(waits).some(({ meanBy }) => meanBy === 'sample');
  return [
    'Throttled: after a 429 each time.',
    ...(isSampled ? ['~ the mean of 10,000 calls by seeded chance, where no formula gives it.'] : []),
    ...(isBounded ? ['In time: the share of failing calls that get to this retry before their time is up.'] : []),
    ...(waits.length < retry.maxRetries ? [`And ${numberText(retry.maxRetries - waits.length)} more.`] : []),
    ...(typeof retry.backoff === 'function' ? ['A function of yours decides: what it gives is not known here.'] : []),
  ].join(' ');
}

function kindsOf(waits: readonly RetryWaits[]): Wait[] {
  return waits.flatMap(({ ordinary, throttled }) => [ordinary, throttled]);
}

function shown(ms: number | null): string {
  return ms === null ? '?' : durationText(ms);
}

function shareText({ share }: Wait): string {
  if (share === null) return '?';
  return share > 0 && share < 0.01 ? '<1' : `${Math.floor(share * 100)}`;
}
