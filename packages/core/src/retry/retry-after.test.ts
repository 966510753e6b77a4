import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HeaderValue, parseRetryAfter, parseRetryAfterMs, retryAfterHint } from './retry-after.js';

const NOW = Date.UTC(2026, 4, 17, 10, 20, 30);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Writes an instant in each of the three forms, by the host's own calendar. */
function httpDates(ms: number): { imf: string; rfc850: string; asctime: string } {
  const date = new Date(ms);
  const iso = date.toISOString();
  const weekday = WEEKDAYS[date.getUTCDay()] ?? '';
  const month = MONTHS[date.getUTCMonth()] ?? '';
  const year = iso.slice(0, 4);
  const day = iso.slice(8, 10);
  const time = iso.slice(11, 19);
  return {
    imf: `${weekday.slice(0, 3)}, ${day} ${month} ${year} ${time} GMT`,
    rfc850: `${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
    asctime: `${weekday.slice(0, 3)} ${month} ${String(date.getUTCDate()).padStart(2)} ${time} ${year}`,
  };
}

const wholeSeconds = (fromMs: number, toMs: number) =>
  fc.integer({ min: Math.ceil(fromMs / 1_000), max: Math.floor(toMs / 1_000) }).map((seconds) => seconds * 1_000);

describe('parseRetryAfter', () => {
  it.each<[HeaderValue, number]>([
    ['0', 0],
    ['1', 1_000],
    ['120', 120_000],
    ['007', 7_000],
    [' 5', 5_000],
    ['5 ', 5_000],
    ['\t 5 \t', 5_000],
    ['3000000', 3_000_000_000],
    ['9007199254740', 9_007_199_254_740_000],
    ['9007199254741', Number.MAX_SAFE_INTEGER],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
    [0, 0],
    [-0, 0],
    [2, 2_000],
    [1e20, Number.MAX_SAFE_INTEGER],
    [['3'], 3_000],
  ])('reads %j as %d ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it.each<[string, string]>([
    ['IMF-fixdate', 'Sun, 17 May 2026 10:21:00 GMT'],
    ['RFC 850', 'Sunday, 17-May-26 10:21:00 GMT'],
    ['asctime', 'Sun May 17 10:21:00 2026'],
    ['surrounding white space', ' \tSun, 17 May 2026 10:21:00 GMT \t'],
    ['the wrong weekday', 'Mon, 17 May 2026 10:21:00 GMT'],
    ['a leap second', 'Sun, 17 May 2026 10:20:60 GMT'],
    ['UTC', 'Sun, 17 May 2026 10:21:00 UTC'],
    ['an offset of zero', 'Sun, 17 May 2026 10:21:00 +0000'],
    ['UTC in RFC 850', 'Sunday, 17-May-26 10:21:00 UTC'],
  ])('reads a date as the time left until it: %s', (_form, value) => {
    expect(parseRetryAfter(value, NOW)).toBe(30_000);
    expect(parseRetryAfter([value], NOW)).toBe(30_000);
  });

  it.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    'Sun, 17 May 2026 10:20:30 GMT',
    'Sat, 01 Jan 0000 00:00:00 GMT',
  ])('reads a date that is past as now: %s', (value) => {
    expect(parseRetryAfter(value, NOW)).toBe(0);
  });

  it.each([
    ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun Nov 6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun, 6 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun, 6 Nov 1994 08:49:37 +0000', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Wed Nov 16 08:49:37 1994', Date.UTC(1994, 10, 16, 8, 49, 37)],
    ['Sun Nov 06 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Tue, 29 Feb 2000 00:00:00 GMT', Date.UTC(2000, 1, 29)],
    ['Thu, 29 Feb 2024 23:59:59 GMT', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['Fri, 31 Dec 9999 23:59:59 GMT', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
  ])('places %s in UTC', (value, expected) => {
    expect(parseRetryAfter(value, 0)).toBe(expected);
  });

  it('agrees with the calendar of the host in every form, wherever the host is', () => {
    fc.assert(
      fc.property(wholeSeconds(0, Date.UTC(9999, 11, 31)), (ms) => {
        const { imf, asctime } = httpDates(ms);
        expect(parseRetryAfter(imf, 0)).toBe(ms);
        expect(parseRetryAfter(asctime, 0)).toBe(ms);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads a two-digit year of RFC 850 as one within 50 years', () => {
    const nows = wholeSeconds(Date.UTC(1995, 0, 1), Date.UTC(2200, 0, 1));
    const ahead = wholeSeconds(0, Date.UTC(2019, 11, 30));
    fc.assert(
      fc.property(nows, ahead, (nowMs, aheadMs) => {
        expect(parseRetryAfter(httpDates(nowMs + aheadMs).rfc850, nowMs)).toBe(aheadMs);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['Sunday, 17-May-76 10:20:30 GMT', NOW, Date.UTC(2076, 4, 17, 10, 20, 30) - NOW],
    ['Sunday, 17-May-76 10:20:31 GMT', NOW, 0],
    ['Sunday, 17-May-77 10:20:30 GMT', NOW, 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', NOW, 0],
    [
      'Friday, 01-Jan-05 00:00:00 GMT',
      Date.UTC(2099, 11, 31, 23, 59, 59),
      Date.UTC(2105, 0, 1) - Date.UTC(2099, 11, 31, 23, 59, 59),
    ],
    ['Friday, 31-Dec-99 23:59:59 GMT', Date.UTC(2100, 0, 1), 0],
    ['Tuesday, 29-Feb-00 00:00:00 GMT', Date.UTC(2000, 1, 28), 86_400_000],
  ])(
    'reads the year of %s, seen from %d, as the past century if it is more than 50 years ahead',
    (value, nowMs, expected) => {
      expect(parseRetryAfter(value, nowMs)).toBe(expected);
    },
  );

  it.each<[string, HeaderValue]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['white space', ' '],
    ['a negative number', '-1'],
    ['a sign', '+1'],
    ['a fraction', '1.5'],
    ['an exponent', '1e3'],
    ['hexadecimal digits', '0x10'],
    ['separators', '1_000'],
    ['a list', '1, 2'],
    ['a unit', '5s'],
    ['a word', 'soon'],
    ['Infinity', 'Infinity'],
    ['digits of another script', '٣'],
    ['full-width digits', '５'],
    ['a no-break space', '\u00a05'],
    ['a line break', '5\n'],
    ['a fraction as number', 1.5],
    ['a negative number as number', -1],
    ['NaN as number', Number.NaN],
    ['Infinity as number', Number.POSITIVE_INFINITY],
    ['no values', []],
    ['two values', ['1', '1']],
    ['the year 850 form with a short weekday', 'Sun, 06-Nov-94 08:49:37 GMT'],
    ['the fixed form with a long weekday', 'Sunday, 06 Nov 2094 08:49:37 GMT'],
    ['an unknown weekday', 'Xyz, 06 Nov 2094 08:49:37 GMT'],
    ['an unknown month', 'Sun, 06 Nox 2094 08:49:37 GMT'],
    ['a lower-case weekday', 'sun, 06 Nov 2094 08:49:37 GMT'],
    ['an upper-case month', 'Sun, 06 NOV 2094 08:49:37 GMT'],
    ['a lower-case zone', 'Sun, 06 Nov 2094 08:49:37 gmt'],
    ['another zone', 'Sun, 06 Nov 2094 08:49:37 +0100'],
    ['no zone', 'Sun, 06 Nov 2094 08:49:37'],
    ['no weekday', '06 Nov 2094 08:49:37 GMT'],
    ['a doubled space', 'Sun,  06 Nov 2094 08:49:37 GMT'],
    ['an asctime date with a zone', 'Sun Nov  6 08:49:37 2094 GMT'],
    ['an ISO date', '2094-11-06T08:49:37Z'],
    ['the day 0', 'Sun, 00 Nov 2094 08:49:37 GMT'],
    ['31 November', 'Sun, 31 Nov 2094 08:49:37 GMT'],
    ['32 December', 'Sun, 32 Dec 2094 08:49:37 GMT'],
    ['29 February of a common year', 'Sun, 29 Feb 2094 08:49:37 GMT'],
    ['29 February of a common century', 'Sun, 29 Feb 2100 08:49:37 GMT'],
    ['the hour 24', 'Sun, 06 Nov 2094 24:00:00 GMT'],
    ['the minute 60', 'Sun, 06 Nov 2094 08:60:00 GMT'],
    ['the second 61', 'Sun, 06 Nov 2094 08:49:61 GMT'],
    ['two dates', 'Sun, 06 Nov 2094 08:49:37 GMT, Sun, 06 Nov 2094 08:49:37 GMT'],
  ])('ignores %s', (_what, value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined();
  });

  it('ignores every day that a month does not have', () => {
    for (let year = 1999; year <= 2004; year += 1) {
      for (const [index, month] of MONTHS.entries()) {
        const lastDay = new Date(Date.UTC(year, index + 1, 0)).getUTCDate();
        for (let day = 28; day <= 31; day += 1) {
          const parsed = parseRetryAfter(`Sun, ${day} ${month} ${year} 00:00:00 GMT`, 0);
          expect(parsed).toBe(day <= lastDay ? Date.UTC(year, index, day) : undefined);
        }
      }
    }
  });

  it('returns a safe number from 0 or nothing, whatever the header', () => {
    const dateLike = fc
      .tuple(wholeSeconds(0, Date.UTC(9999, 11, 31)), fc.nat(40), fc.string({ unit: 'binary', maxLength: 2 }))
      .map(([ms, at, noise]) => {
        const { imf } = httpDates(ms);
        return imf.slice(0, at) + noise + imf.slice(at + 1);
      });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), dateLike), (value) => {
        const ms = parseRetryAfter(value, NOW);
        expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('parseRetryAfterMs', () => {
  it.each<[HeaderValue, number]>([
    ['0', 0],
    ['250', 250],
    ['250.5', 250.5],
    [' 250\t', 250],
    ['0.001', 0.001],
    [250.5, 250.5],
    [['12'], 12],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ])('reads %j as %d ms', (value, expected) => {
    expect(parseRetryAfterMs(value)).toBe(expected);
  });

  it.each<HeaderValue[]>([
    [undefined],
    [null],
    [''],
    [' '],
    ['-1'],
    ['+1'],
    ['.5'],
    ['5.'],
    ['1.2.3'],
    ['1e3'],
    ['0x10'],
    ['1, 2'],
    ['٣'],
    ['5ms'],
    ['Sun, 17 May 2026 10:21:00 GMT'],
    [-1],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [['1', '2']],
  ])('ignores %j', (value) => {
    expect(parseRetryAfterMs(value)).toBeUndefined();
  });
});

describe('retryAfterHint', () => {
  it.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': 'Sun, 17 May 2026 10:21:00 GMT' }, 30_000],
    [{ 'retry-after-ms': '1500' }, 1_500],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1_500],
    [{ 'retry-after-ms': '0', 'retry-after': '2' }, 0],
    [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2_000],
    [{ 'retry-after-ms': '1500', 'retry-after': 'soon' }, 1_500],
    [{ 'retry-after-ms': 'soon', 'retry-after': 'later' }, undefined],
    [{ 'x-retry-after': '2' }, undefined],
  ])('of %j is %p', (headers, expected) => {
    expect(retryAfterHint(headers, NOW)).toBe(expected);
  });
});

describe('a date in an answer', () => {
  const date = 'Sun, 17 May 2026 10:20:35 GMT';

  it.each<[string, Record<string, string>, number]>([
    ['the answer’s own Date', { date: 'Sun, 17 May 2026 10:20:30 GMT' }, 5_000],
    ['a Date far ahead of the clock here', { date: 'Sun, 17 May 2026 10:20:34 GMT' }, 1_000],
    ['the age that a cache adds to it', { date: 'Sun, 17 May 2026 10:20:20 GMT', age: '12' }, 3_000],
    ['the Date of a server with its own spelling', { date: 'Sun, 17 May 2026 10:20:31 UTC' }, 4_000],
  ])('is measured against %s', (_what, headers, waitMs) => {
    for (const nowMs of [NOW, NOW - 600_000, NOW + 86_400_000]) {
      expect(retryAfterHint({ 'retry-after': date, ...headers }, nowMs)).toBe(waitMs);
    }
  });

  it.each([{}, { date: 'yesterday' }, { date: '' }])('is measured against the clock here for %j', (headers) => {
    expect(retryAfterHint({ 'retry-after': date, ...headers }, NOW)).toBe(5_000);
  });

  it('does not affect seconds', () => {
    expect(retryAfterHint({ 'retry-after': '5', date: 'Sun, 17 May 2026 09:00:00 GMT' }, NOW)).toBe(5_000);
  });
});
