import { readFileSync } from 'node:fs';
import type { PolicyOptions } from '@breakwater/core';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { directoryWith } from '../migrate/breakwater.js';
import { shownOn } from '../screen.js';

const options = {
  name: 'large',
  enforceRate: 0.25,
  retry: { maxRetries: 25, backoff: { kind: 'decorrelated', maxMs: 3_000 }, statuses: [503, 404], methods: ['POST'] },
  timeouts: { attemptMs: 1_000, totalMs: 10_000 },
  breaker: {
    window: { kind: 'count', size: 5_000 },
    slowCallMs: 800,
    ramp: [0.1, 0.5],
    openMs: 1_000,
    openFactor: 2,
    probes: 20,
  },
  limit: { kind: 'fixed', concurrency: 5, queue: 0 },
  idempotency: { methods: ['PATCH'] },
} as const satisfies PolicyOptions;

const directory = directoryWith({
  'large.json': JSON.stringify(options),
  'off.json': JSON.stringify({ retry: false, budget: false, breaker: false, coolDown: false, limit: false }),
});
afterAll(() => directory.remove());

async function lines(columns: number, ...args: readonly string[]): Promise<string[]> {
  return (await shownOn({ columns, cwd: directory.path }, 'explain', ...args)).stdout.split('\n');
}

it('is the stored text for the standard policy at 80 columns', async () => {
  const golden = readFileSync(new URL('standard.txt', import.meta.url), 'utf8');
  expect((await lines(80, '--preset', 'standard')).join('\n')).toBe(golden);
});

test.each([60, 80, 120])('fits %p columns', async (columns) => {
  const wide = await lines(columns, 'large.json', '--rate', '20');
  const isTable = (line: string) => line.includes('│') || line.includes('┼');
  const tooWide = wide.filter((line) => line.length > columns && !(columns < 80 && isTable(line)));
  expect(tooWide).toEqual([]);
  expect(wide.filter((line) => /\s$/.test(line))).toEqual([]);
});

it('is no wider than a page if the terminal is', async () => {
  const widest = Math.max(...(await lines(400, 'large.json')).map(({ length }) => length));
  expect(widest).toBeGreaterThan(80);
  expect(widest).toBeLessThanOrEqual(100);
});

describe('text', () => {
  const text = async (file: string) => {
    const joined = (await lines(200, file)).map((line) => line.trim()).join(' ');
    return joined.replace(/ +/g, ' ');
  };
  let large = '';
  beforeAll(async () => {
    large = await text('large.json');
  });

  test.each([
    'Policy "large" (enforce, 25 % of calls), from large.json',
    'Up to 25 retries, none later than 30 s after the call.',
    'For POST and PATCH (by its key); others',
    'On 404, 503, and on network failures.',
    'Once closed, it lets through 10 % then 50 % of the traffic, each for 1 s.',
    'What is over it is refused at once.',
    'For 1 s, 2 s, 4 s, 8 s, 16 s, 30 s; each up to a tenth longer.',
    'The longest is reached when the server has been down for 31 s.',
    '20 attempts at a time are let through, the rest refused: a server that stays down sees 20 a second at the most.',
    'And 5 more.',
    '10 s, from the call to its end.',
    'In time: the share of failing calls that get to this retry before their time is up.',
  ])('%s', (expected) => {
    expect(large).toContain(expected);
  });

  it('that a part is off, and nothing else of it', async () => {
    const off = await text('off.json');
    for (const part of ['Retry', 'Budget', 'Breaker', 'Cool-down', 'Limit']) expect(off).toContain(`${part} Off.`);
    expect(off).not.toContain('Circuit breaker');
    expect(off).not.toContain('Wait before each retry');
    expect(off).not.toContain('with it');
  });
});
