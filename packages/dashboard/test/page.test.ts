import { describe, expect, it, test } from '@jest/globals';
import { chartPlans, drawnOf, joined, sinceFirst, valuesOf } from '../page/chart-data.js';
import { figure, millis, perCall, share, span } from '../page/format.js';
import { addressOf, keyIn } from '../page/key-address.js';
import { everything, rowOfKey, rowsOfFleet, select, type TableRow } from '../page/table-rows.js';
import { storeText, verdictOf } from '../page/verdict.js';
import { fieldNames, type HistoryStretch } from '../src/measure/history.js';
import type { KeyRow } from '../src/view/wire.js';

const row = (key: string, more: Partial<KeyRow> = {}): TableRow =>
  rowOfKey({
    id: `p\n${key}`,
    policy: 'p',
    key,
    state: 'closed',
    trouble: 0,
    says: '',
    next: '',
    calls: 10,
    answered: 10,
    failed: 0,
    refused: 0,
    attempts: 10,
    wouldReject: 0,
    inFlight: 0,
    ...more,
  });

describe('a figure', () => {
  test.each([
    [figure(undefined), '–'],
    [figure(0), '0'],
    [figure(0.4), '0.4'],
    [figure(9.94), '9.9'],
    [figure(9.96), '10'],
    [figure(12_345.6), '12,346'],
    [share(0, 0), '–'],
    [share(1, 1), '100 %'],
    [share(9_999, 10_000), '99.9 %'],
    [share(9_951, 10_000), '99.5 %'],
    [share(1, 3), '33 %'],
    [perCall(3, 2), '1.50'],
    [perCall(3, 0), '–'],
    [millis(undefined), '–'],
    [millis(1.23), '1.2 ms'],
    [millis(123.4), '123 ms'],
    [millis(12_345), '12.3 s'],
    [span(-5), '0 s'],
    [span(59_999), '59 s'],
    [span(61_000), '1 min 1 s'],
    [span(3_660_000), '1 h 1 min'],
    [span(90_000_000), '1 d 1 h'],
  ])('%s is %s', (shown, expected) => {
    expect(shown).toBe(expected);
  });
});

describe('an address', () => {
  test.each([
    ['api', 'https://a.example/x?y#z'],
    ['a/b', 'c/d'],
    ['%', '%2F'],
    ['ü', '日本'],
    ['', ''],
  ])('of %s and %s leads back to them', (policy, key) => {
    expect(keyIn(addressOf(policy, key))).toEqual({ policy, key });
  });

  test.each(['', '#', '#/', '#/key/a', '#/key/%E0%A4%A/b', '#/other/a/b'])(
    'that is none leads to all keys: %s',
    (hash) => {
      expect(keyIn(hash)).toBeUndefined();
    },
  );
});

describe('the table', () => {
  const rows = [
    row('calm', { calls: 50, answered: 50 }),
    row('open', { state: 'open', trouble: 90, answered: 0, refused: 10, attempts: 0 }),
    row('busy', { calls: 100, answered: 99, p95Ms: 80, inFlight: 9 }),
    row('idle', { calls: 0, answered: 0, attempts: 0 }),
  ];
  const keys = (selection: Partial<typeof everything>) =>
    select(rows, { ...everything, ...selection }).map(({ key }) => key);

  it('has the keys in most trouble first, then the busiest', () => {
    expect(keys({})).toEqual(['open', 'busy', 'calm', 'idle']);
  });

  test.each([
    [{ sort: 'key', descending: false }, ['busy', 'calm', 'idle', 'open']],
    [{ sort: 'calls', descending: true }, ['busy', 'calm', 'open', 'idle']],
    [{ sort: 'answered', descending: false }, ['open', 'busy', 'calm', 'idle']],
    [{ sort: 'refused', descending: true }, ['open', 'busy', 'calm', 'idle']],
    [{ sort: 'latency', descending: true }, ['busy', 'calm', 'open', 'idle']],
    [{ sort: 'inFlight', descending: true }, ['busy', 'calm', 'open', 'idle']],
  ] as const)('goes by %j', (selection, expected) => {
    expect(keys(selection)).toEqual(expected);
  });

  test.each([
    [{ text: 'AL' }, ['calm']],
    [{ text: 'open p' }, ['open']],
    [{ text: 'nothing' }, []],
    [{ troubleOnly: true }, ['open']],
    [{ policy: 'other' }, []],
  ])('shows the selected rows: %j', (selection, expected) => {
    expect(keys(selection)).toEqual(expected);
  });

  it('shows a fleet by its worst state, and explains it by what this instance knows of the same state', () => {
    const own = new Map([['p\na', { ...row('a'), state: 'open', says: 'because' } as unknown as KeyRow]]);
    const figures = { calls: 1, answered: 1, failed: 0, refused: 0, attempts: 1, inFlight: 0 };
    const fleet = (states: Record<string, number>) =>
      rowsOfFleet(
        { instances: [], keys: [{ id: 'p\na', policy: 'p', key: 'a', states, trouble: 90, ...figures }] },
        own,
      )[0];
    expect(fleet({ closed: 3, open: 1 })).toMatchObject({ state: 'open', stateNote: 'on 1 of 4', says: 'because' });
    expect(fleet({ closed: 4 })).toMatchObject({ state: 'closed', stateNote: 'on 4 of 4', says: '' });
  });
});

describe('the verdict', () => {
  test.each<[Partial<KeyRow>[], string, string]>([
    [[], 'idle', 'No key has been used yet.'],
    [[{}], 'good', 'The only key is well.'],
    [[{}, {}], 'good', 'All 2 keys are well.'],
    [[{ state: 'open', trouble: 90 }, {}], 'bad', '1 of 2 keys in trouble: 1 circuit open.'],
    [[{ state: 'forced-open', trouble: 100 }], 'bad', 'The only key is in trouble: 1 circuit opened by hand.'],
    [
      [{ state: 'half-open', trouble: 80 }, { trouble: 70 }, { trouble: 60 }, { trouble: 20 }, { trouble: 50 }],
      'warn',
      '5 of 5 keys in trouble: 1 probing, 1 cooling down, 1 limited, 2 failing in part.',
    ],
  ])('on %j is %s: %s', (rows, level, text) => {
    expect(verdictOf(rows.map((more, n) => row(`k${n}`, more)))).toEqual({ level, text });
  });
});

describe('charts', () => {
  const stretch = (fromMs: number, length: number, value: number | null, stepMs = 1_000): HistoryStretch => ({
    stepMs,
    fromMs,
    values: Object.fromEntries(
      fieldNames.map((name) => [name, new Array(length).fill(value)]),
    ) as unknown as HistoryStretch['values'],
  });

  it('stack answered, failed and refused calls, and read out each value by itself', () => {
    const [calls] = chartPlans;
    if (calls === undefined) throw new Error('there is no chart of calls');
    const values = valuesOf(calls, stretch(0, 1, 4));
    expect(values).toEqual([[4], [4], [4]]);
    expect(drawnOf(calls, values)).toEqual([[4], [8], [12]]);
    expect(valuesOf(calls, stretch(0, 1, null))).toEqual([[0], [0], [0]]);
    expect(valuesOf(calls, stretch(0, 1, 40, 10_000))).toEqual([[4], [4], [4]]);
  });

  it('append later values without gaps and duplicates, up to their length', () => {
    const next = joined(stretch(0, 10, 1), stretch(8_000, 4, 2), 60_000);
    expect([next.fromMs, next.values.answered]).toEqual([0, [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2]]);
    const short = joined(stretch(0, 10, 1), stretch(10_000, 2, 2), 5_000);
    expect([short.fromMs, short.values.answered]).toEqual([7_000, [1, 1, 1, 2, 2]]);
    expect(joined(stretch(0, 10, 1), stretch(60_000, 2, 2), 60_000).fromMs).toBe(60_000);
  });

  it('omit the time before the first value, but show at least a minute', () => {
    const before = stretch(0, 200, null);
    const known = joined(before, stretch(200_000, 100, 1), 900_000);
    expect(sinceFirst(known)).toMatchObject({ fromMs: 198_000 });
    expect(sinceFirst(before).values.state).toHaveLength(60);
    expect(sinceFirst(stretch(0, 30, 1)).values.state).toHaveLength(30);
  });
});

test('a shared store that fails or sends no messages is told in words, with the policies that share it', () => {
  const policy = { id: 'api', mode: 'enforce', keys: 1 } as const;
  expect(storeText([policy])).toBe('');
  expect(
    storeText([
      { ...policy, store: 'degraded' },
      { ...policy, id: 'jobs', store: 'poll-only' },
    ]),
  ).toBe(
    'The shared store fails, in whole or in part: this process decides alone (api). ' +
      'The shared store sends no messages: changes by other processes come by polling (jobs).',
  );
});
