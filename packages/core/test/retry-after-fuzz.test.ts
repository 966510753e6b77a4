import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createPolicy } from '../src/policy.js';
import { type HeaderValue, parseRetryAfter, parseRetryAfterMs, retryAfterHint } from '../src/retry/retry-after.js';
import { hostileValues, thrower } from './hostile.js';
import { outcome } from './policy-fixture.js';
import { QuickClock } from './strict-clock.js';

const NOW = Date.UTC(2026, 4, 17, 10, 20, 30);

describe('the reference implementation and the parser agree', () => {
  it('for text near the grammar of Retry-After, whatever the time', () => {
    const seen = { wait: 0, none: 0 };
    fc.assert(
      fc.property(nearRetryAfter, instants, (text, nowMs) => {
        const wanted = oracle(text, nowMs);
        seen[wanted === undefined ? 'none' : 'wait'] += 1;
        if (parseRetryAfter(text, nowMs) !== wanted) expect(parseRetryAfter(text, nowMs)).toBe(wanted);
      }),
      { numRuns: 20_000 },
    );
    // The texts are neither all good nor all bad.
    expect(Math.min(seen.wait, seen.none)).toBeGreaterThan(2_000);
  });

  it('for text near the grammar of retry-after-ms', () => {
    fc.assert(
      fc.property(nearNumber, (text) => {
        const wanted = oracleMs(text);
        if (parseRetryAfterMs(text) !== wanted) expect(parseRetryAfterMs(text)).toBe(wanted);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('no value makes it throw, or return anything but undefined or a finite wait', () => {
  const values: readonly unknown[] = [
    ...hostileValues(),
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    1.5,
    1e21,
    5n,
    10n ** 400n,
    true,
    Symbol('5'),
    () => '5',
    (_one: string) => '5',
    new Date(NOW),
    ['5', '6'],
    [['5']],
    [thrower],
    [{ toString: thrower }],
    [Symbol('5')],
    [5n],
    new Array(1),
    { length: 1, 0: '5' },
    { length: 1, 0: { toString: thrower } },
    { toString: thrower, [Symbol.toPrimitive]: thrower },
    { toString: () => '5' },
    Object.assign(Object.create(null), { length: 1 }),
    new Headers({ 'retry-after': '5' }),
    new Map([['retry-after', '5']]),
    new String('5'),
    Buffer.from('5'),
  ];

  it.each(values.map((value, index) => [index, value] as const))('value %i', (_index, value) => {
    const hostile = value as HeaderValue;
    expect(parseRetryAfter(hostile, NOW)).toBeUndefined();
    expect(parseRetryAfterMs(hostile)).toBe(value === 1.5 ? 1.5 : undefined);
    expect(retryAfterHint(value as Record<string, string>, NOW)).toBeUndefined();
    expect(retryAfterHint({ 'retry-after': value, 'retry-after-ms': value } as never, NOW)).toBe(
      value === 1.5 ? 1.5 : undefined,
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e300, 8.64e15 + 1])(
    'ignores a date if the time is %d, and obeys seconds',
    (nowMs) => {
      for (const text of [
        'Sun, 17 May 2026 10:21:00 GMT',
        'Sunday, 17-May-26 10:21:00 GMT',
        'Sun May 17 10:21:00 2026',
      ]) {
        expect(parseRetryAfter(text, nowMs)).toBeUndefined();
      }
      expect(parseRetryAfter('7', nowMs)).toBe(7_000);
    },
  );

  it('for any value', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
        anyNumber,
        (value, nowMs) => {
          for (const wait of [
            parseRetryAfter(value as HeaderValue, nowMs),
            parseRetryAfterMs(value as HeaderValue),
            retryAfterHint(value as never, nowMs),
            retryAfterHint({ 'retry-after': value } as never, nowMs),
          ]) {
            if (wait !== undefined && !(Number.isFinite(wait) && wait >= 0)) expect(wait).toBeUndefined();
          }
        },
      ),
      { numRuns: 10_000 },
    );
  });
});

describe('a call ends, in time and with the server’s answer', () => {
  it.each(hostileValues().map((value, index) => [index, value] as const))(
    'with hostile value %i',
    async (_index, value) => {
      for (const headers of [value, { 'retry-after': value, 'retry-after-ms': value }, [['retry-after', value]]]) {
        await endsInTime(429, headers, Number.POSITIVE_INFINITY);
        await endsInTime(503, headers, 30_000);
      }
    },
  );

  it('whatever the server asks for', async () => {
    const value = fc.oneof(nearRetryAfter, nearNumber, fc.anything());
    const headers = fc.oneof(
      fc.record({ 'retry-after': value }),
      fc.record({ 'Retry-After': value, 'retry-after-ms': value }),
      fc.array(fc.tuple(fc.constantFrom('retry-after', 'retry-after-ms'), value)),
    );
    const bounds = fc.constantFrom(30_000, Number.POSITIVE_INFINITY);
    await fc.assert(fc.asyncProperty(fc.constantFrom(429, 503), headers, bounds, endsInTime), { numRuns: 300 });
  }, 60_000);
});

async function endsInTime(status: number, headers: unknown, maxElapsedMs: number): Promise<void> {
  const clock = new QuickClock({ wallMs: NOW });
  const retry = { maxElapsedMs };
  const policy = createPolicy({ mode: 'enforce', clock, random: () => 0.99, retry, keyIdleMs: 1e15 });
  const answers: unknown[] = [];
  const call = policy.execute(() => {
    answers.push({ status, headers });
    return answers.at(-1);
  });
  const answer = await outcome(clock, call);
  expect(answer === answers.at(-1)).toBe(true);
  expect(clock.now()).toBeLessThanOrEqual(maxElapsedMs);
  expect(clock.pending).toBe(0);
  const { coolDown, inFlight } = policy.snapshot().keys.default ?? {};
  expect(inFlight).toBe(0);
  expect(coolDown?.remainingMs).toBeLessThanOrEqual(300_000);
}

it('ignores a date if the wall clock is invalid', async () => {
  const clock = new QuickClock({ wallMs: Number.NaN });
  const policy = createPolicy({ mode: 'enforce', clock, random: () => 0 });
  const headers = { 'retry-after': 'Sun, 17 May 2026 10:21:00 GMT' };
  await outcome(
    clock,
    policy.execute(() => ({ status: 503, headers })),
  );
  expect(policy.snapshot().keys.default).toMatchObject({ attempts: 4, coolDown: { remainingMs: 0 } });
});

// An oracle that shares nothing with the parser: it reads from left to right, and counts days on the calendar of the
// host.

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

function oracle(text: string, nowMs: number): number | undefined {
  const bare = text.split(/^[ \t]+|[ \t]+$/).join('');
  if (bare !== '' && [...bare].every((character) => '0123456789'.includes(character))) {
    const ms = BigInt(bare) * 1_000n;
    return ms > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(ms);
  }
  const strict = inStrictForm(bare);
  const atMs = imfDate(strict) ?? asctimeDate(bare) ?? asctimeDate(withWideDay(bare)) ?? rfc850Date(strict, nowMs);
  return atMs === undefined ? undefined : Math.max(0, atMs - nowMs);
}

/** The liberties that servers take: another name for the zone, a day of one digit. */
function inStrictForm(text: string): string {
  const zone = ['UTC', '+0000'].find((name) => text.endsWith(` ${name}`));
  const inGmt = zone === undefined ? text : `${text.slice(0, -zone.length)}GMT`;
  const comma = inGmt.indexOf(', ');
  const isShort =
    comma > 0 && digits(inGmt[comma + 2] ?? '', 1) !== undefined && ' -'.includes(inGmt[comma + 3] ?? '#');
  return isShort ? `${inGmt.slice(0, comma + 2)}0${inGmt.slice(comma + 2)}` : inGmt;
}

function withWideDay(text: string): string {
  return text.length === 23 ? `${text.slice(0, 8)} ${text.slice(8)}` : text;
}

function oracleMs(text: string): number | undefined {
  const bare = text.split(/^[ \t]+|[ \t]+$/).join('');
  const parts = bare.split('.');
  if (parts.length > 2 || parts.some((part) => digits(part, part.length) === undefined)) return undefined;
  return Math.min(Number(bare), Number.MAX_SAFE_INTEGER);
}

function imfDate(text: string): number | undefined {
  if (!isShortDay(text.slice(0, 3)) || text.length !== 29) return undefined;
  if (text[3] !== ',' || text[4] !== ' ' || text[7] !== ' ' || text[11] !== ' ' || text[16] !== ' ') return undefined;
  if (text.slice(25) !== ' GMT') return undefined;
  return instant(digits(text.slice(12, 16), 4), text.slice(8, 11), digits(text.slice(5, 7), 2), text.slice(17, 25));
}

function asctimeDate(text: string): number | undefined {
  if (!isShortDay(text.slice(0, 3)) || text.length !== 24) return undefined;
  if (text[3] !== ' ' || text[7] !== ' ' || text[10] !== ' ' || text[19] !== ' ') return undefined;
  const day = text[8] === ' ' ? digits(text.slice(9, 10), 1) : digits(text.slice(8, 10), 2);
  return instant(digits(text.slice(20), 4), text.slice(4, 7), day, text.slice(11, 19));
}

function rfc850Date(text: string, nowMs: number): number | undefined {
  const comma = text.indexOf(',');
  const rest = text.slice(comma + 1);
  if (!DAYS.includes(text.slice(0, Math.max(0, comma))) || rest.length !== 23) return undefined;
  if (rest[0] !== ' ' || rest[3] !== '-' || rest[7] !== '-' || rest[10] !== ' ' || rest.slice(19) !== ' GMT') {
    return undefined;
  }
  const yearOfCentury = digits(rest.slice(8, 10), 2);
  const time = rest.slice(11, 19);
  const day = digits(rest.slice(1, 3), 2);
  if (yearOfCentury === undefined) return undefined;
  const ahead = (year: number) => rolledOver(year - 50, rest.slice(4, 7), day, time) ?? Number.NaN;
  const years = Array.from({ length: 40 }, (_, century) => century * 100 + yearOfCentury);
  return instant(years.filter((year) => ahead(year) <= nowMs).at(-1), rest.slice(4, 7), day, time);
}

function instant(year: number | undefined, month: string, day: number | undefined, time: string): number | undefined {
  const ms = rolledOver(year, month, day, time);
  if (ms === undefined || day === undefined || year === undefined) return undefined;
  const start = new Date(rolledOver(year, month, day, '00:00:00') ?? Number.NaN);
  return start.getUTCDate() === day && start.getUTCMonth() === MONTHS.indexOf(month) / 3 ? ms : undefined;
}

/** As the host's calendar rolls over: 29 February becomes 1 March where there is none. */
function rolledOver(
  year: number | undefined,
  month: string,
  day: number | undefined,
  time: string,
): number | undefined {
  const index = month.length === 3 ? MONTHS.indexOf(month) / 3 : -1;
  const [hour, minute, second] = [0, 3, 6].map((at) => digits(time.slice(at, at + 2), 2));
  if (year === undefined || day === undefined || !Number.isInteger(index) || index < 0) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  if (time[2] !== ':' || time[5] !== ':' || hour > 23 || minute > 59 || second > 60) return undefined;
  return new Date(0).setUTCFullYear(year, index, day) + ((hour * 60 + minute) * 60 + second) * 1_000;
}

function isShortDay(text: string): boolean {
  return text.length === 3 && DAYS.some((day) => day.startsWith(text));
}

function digits(text: string, length: number): number | undefined {
  if (text.length !== length || length === 0) return undefined;
  return [...text].every((character) => '0123456789'.includes(character)) ? Number(text) : undefined;
}

// Text near the grammar: each form, and what a slip of the pen makes of it.

function httpDates(ms: number): readonly string[] {
  const date = new Date(ms);
  const utc = date.toUTCString();
  const [weekday = '', day = '', month = '', year = '', time = ''] = utc.split(/,? /);
  return [
    utc,
    `${DAYS[date.getUTCDay()]}, ${day}-${month}-${year.slice(-2)} ${time} GMT`,
    `${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`,
  ];
}

const wholeSeconds = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1_000 }).map((seconds) => seconds * 1_000);
const soon = fc.integer({ min: -100_000, max: 100_000 }).map((seconds) => NOW + seconds * 1_000);
const instants = fc.oneof(fc.constant(NOW), fc.integer({ min: Date.UTC(1995), max: Date.UTC(2200) }));
const anyNumber = fc.oneof(fc.double(), fc.constant(NOW));
const dates = fc.tuple(fc.oneof(wholeSeconds, soon), fc.nat(2)).map(([ms, form]) => httpDates(ms)[form] ?? '');

const pieces = [
  'GMT',
  'UTC',
  '+0000',
  'Z',
  ',',
  '-',
  ':',
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '0',
  '9',
  '٣',
  '５',
  '1e3',
  'Feb',
  '29',
  '30',
  '24',
  '60',
  '61',
  '99',
  '-1',
  '+',
  '.',
  '\u00a0',
  '\0',
  'Sunday',
  'sun',
];
const slips = fc.array(
  fc.record({ at: fc.nat(40), cut: fc.integer({ min: 0, max: 3 }), put: fc.constantFrom('', ...pieces) }),
  { maxLength: 2 },
);
const slipped = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(texts, slips)
    .map(([text, made]) =>
      made.reduce((before, { at, cut, put }) => before.slice(0, at) + put + before.slice(at + cut), text),
    );

const digitStrings = fc.oneof(
  fc.nat().map(String),
  fc.bigInt({ min: 0n, max: 10n ** 40n }).map(String),
  fc.integer({ min: 1, max: 400 }).map((length) => '9'.repeat(length)),
  fc.nat(99).map((n) => `${' '.repeat(n % 3)}${n}\t`),
);
const nearNumber = fc.oneof(
  digitStrings,
  fc.tuple(digitStrings, digitStrings).map(([whole, part]) => `${whole.trim()}.${part.trim()}`),
  slipped(digitStrings),
  fc.double().map(String),
  fc.string({ unit: fc.constantFrom(...'0123456789.eE+-xn_ ٣５') }),
);
const nearRetryAfter = fc.oneof(
  { weight: 3, arbitrary: dates },
  { weight: 4, arbitrary: slipped(dates) },
  { weight: 2, arbitrary: nearNumber },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
