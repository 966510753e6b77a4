import { describe, expect, test } from '@jest/globals';
import pc from 'picocolors';
import { figuresOf } from './figures.js';
import { groupTable, LEGEND, targetsTable } from './tables.js';

const plain = pc.createColors(false);
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.replace(/ {2,}/g, ' | '));

const cases = [
  { name: 'bare', samples: [1_000, 1_000, 1_000] },
  { name: 'bare again', samples: [999, 1_000, 1_000] },
  { name: 'breakwater', samples: [1_030, 1_050, 1_100] },
  { name: 'peer', samples: [1_100, 1_100, 1_100] },
];

describe('a group', () => {
  test('of times has the time of each case beyond the base', () => {
    const group = figuresOf({ name: 'a', unit: 'ns', reading: 'over', base: 'bare', ours: 'breakwater', cases });

    expect(linesOf(groupTable(group, plain))).toEqual([
      'a',
      ' | ns a call | quartiles | over bare | quartiles | ours to it',
      expect.stringMatching(/^─+$/),
      'bare | 1,000 | 1,000 – 1,000',
      'bare again | 1,000 | 999 – 1,000 | 0 | -1 – 0',
      'breakwater | 1,050 | 1,030 – 1,100 | 50 | 30 – 100',
      'peer | 1,100 | 1,100 – 1,100 | 100 | 100 – 100 | 0.50',
    ]);
  });

  test('of shares has them in per cent', () => {
    const group = figuresOf({ name: 'a', unit: 'ns', reading: 'share', base: 'bare', ours: 'breakwater', cases });

    expect(linesOf(groupTable(group, plain)).slice(-2)).toEqual([
      'breakwater | 1,050 | 1,030 – 1,100 | 5.0 | 3.0 – 10.0',
      'peer | 1,100 | 1,100 – 1,100 | 10.0 | 10.0 – 10.0 | 0.50',
    ]);
  });

  test('of rates has calls a second, the low quartile first', () => {
    const group = figuresOf({ name: 'a', unit: 'ns', reading: 'rate', base: 'bare', ours: 'breakwater', cases });
    const lines = linesOf(groupTable(group, plain));

    expect(lines[1]).toBe(' | a second | quartiles | of bare, % | quartiles');
    expect(lines.at(-2)).toBe('breakwater | 952,381 | 909,091 – 970,874 | 95.2 | 90.9 – 97.1');
  });

  test('of sizes that were measured once has no quartiles', () => {
    const sizes = [
      { name: 'breakwater', samples: [5_000] },
      { name: 'peer', samples: [10_000] },
      { name: 'nothing', samples: [0] },
    ];
    const group = figuresOf({ name: 'a', unit: 'bytes', ours: 'breakwater', cases: sizes });

    expect(linesOf(groupTable(group, plain))).toEqual([
      'a',
      ' | bytes | ours to it',
      expect.stringMatching(/^─+$/),
      'breakwater | 5,000',
      'peer | 10,000 | 0.50',
      'nothing | 0',
    ]);
  });

  test('has colours only if it is given some', () => {
    const group = figuresOf({ name: 'a', unit: 'ns', cases });

    expect(groupTable(group, plain)).not.toContain('\u001b');
    expect(groupTable(group, pc.createColors(true))).toContain('\u001b[1mbreakwater');
  });
});

test('targets stand beside the measured figures', () => {
  const target = { section: 'axios', target: 'a GET', measured: 2.94, atMost: 3, unit: '%', met: true } as const;
  const missed = {
    ...target,
    section: 'memory',
    target: 'a key',
    measured: 2_420,
    atMost: 600,
    unit: 'bytes',
    met: false,
  } as const;

  expect(linesOf(targetsTable([target, missed], plain))).toEqual([
    'Targets: 1 of 2 met',
    ' | measured | target',
    expect.stringMatching(/^─+$/),
    'axios: a GET | 2.9 % | ≤ 3.0 % | met',
    'memory: a key | 2,420 bytes | ≤ 600 bytes | missed',
  ]);
});

test('the whole text is at most 100 columns wide with the longest figures to be expected', () => {
  const wide = [
    { name: 'bare', samples: [9_999] },
    { name: 'a Map of cockatiel breakers, 100,000 keys', samples: [19_999, 99_999, 99_999] },
  ];
  const readings = ['over', 'share', 'rate'] as const;
  const groups = readings.map((reading) =>
    groupTable(figuresOf({ name: 'a', unit: 'ns', reading, base: 'bare', cases: wide }), plain),
  );
  const target = 'a call among 100,000 keys to one of 1 key, less a Map';
  const missed = { section: 'memory', target, measured: 10, atMost: 600, unit: 'bytes', met: false } as const;
  const text = [...groups, targetsTable([missed], plain), LEGEND].join('\n');

  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
