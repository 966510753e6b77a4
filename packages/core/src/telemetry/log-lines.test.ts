import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { logLines } from './log-lines.js';

it('writes the lines that the page of logs lists', () => {
  const page = readFileSync(join(process.cwd(), 'packages/docs/operations/logs.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)` \| (info|warn|error) \| `(.+)` \|$/gm)].map((row) =>
    row.slice(1).join(' '),
  );
  // Each event with the values that choose its line.
  const values: Record<string, readonly object[]> = {
    breaker: [{ to: 'open' }, { to: 'forced-open' }, { to: 'half-open' }, { to: 'closed' }],
    coolDown: [{ remainingMs: 1 }, { remainingMs: 0 }],
    budget: [{ state: 'exhausted' }, { state: 'available' }],
    store: [
      { status: 'degraded' },
      { status: 'restored' },
      { status: 'poll-only' },
      { status: 'push-restored' },
      { status: 'rules-differ' },
      { status: 'rules-agree' },
    ],
  };
  const written = Object.entries(logLines).flatMap(([event, lineOf]) =>
    (values[event] ?? [{}]).map((fields) => {
      const { level, text } = lineOf(fields as never);
      return `${event} ${level} ${text}`;
    }),
  );
  expect(listed).toEqual(written);
});
