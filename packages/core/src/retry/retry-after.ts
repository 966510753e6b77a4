import type { HeaderRecord } from '../outcome/outcome.js';
import { peek } from '../untrusted/safe-read.js';

/** A header's value in any form that clients use. An array counts if it has exactly one element. */
export type HeaderValue = string | number | readonly string[] | null | undefined;

/**
 * Returns the wait of a `Retry-After` header. The grammar is strict: digits for seconds, or one of the three forms of
 * an HTTP date, always in UTC. Also accepts `UTC` or `+0000` for `GMT`, and days of one digit, since servers send them.
 * A wrong weekday does not matter, since the rest of a date is complete without it.
 *
 * @param nowMs - the wall clock, in milliseconds since 1970
 * @returns milliseconds from `nowMs`, 0 for a past date, at most `Number.MAX_SAFE_INTEGER`; undefined if malformed
 * @see RFC 9110 §10.2.3 (Retry-After) and §5.6.7 (dates)
 */
export function parseRetryAfter(value: HeaderValue, nowMs: number): number | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const seconds = DELTA_SECONDS.exec(text)?.[1];
  if (seconds !== undefined) return Math.min(Number(seconds) * 1_000, Number.MAX_SAFE_INTEGER);
  const dateMs = parseHttpDate(text, nowMs);
  return dateMs === undefined ? undefined : Math.max(0, dateMs - nowMs);
}

/**
 * Returns the wait of a `retry-after-ms` header: digits, perhaps with decimals after a point.
 *
 * @returns milliseconds, at most `Number.MAX_SAFE_INTEGER`; undefined if malformed
 * @see the SDKs of Azure and OpenAI, whose services send it
 */
export function parseRetryAfterMs(value: HeaderValue): number | undefined {
  const digits = MILLISECONDS.exec(textOf(value) ?? '')?.[1];
  return digits === undefined ? undefined : Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}

/**
 * Returns the wait that an answer asks for: its `retry-after-ms` if that is well-formed, since it is more exact, else
 * its `Retry-After`. A date is measured against the answer's own `Date`, if it has one: the clock here may be wrong.
 *
 * @param headers - by lower-cased name
 * @param nowMs - the wall clock, in milliseconds since 1970
 * @returns milliseconds; undefined if no header has a well-formed wait
 */
export function retryAfterHint(headers: HeaderRecord, nowMs: number): number | undefined {
  const inMs = parseRetryAfterMs(peek(headers, 'retry-after-ms') as HeaderValue);
  return inMs ?? parseRetryAfter(peek(headers, 'retry-after') as HeaderValue, serverNowMs(headers, nowMs));
}

/**
 * Returns the server's time: an answer's `Date` plus a cache's `Age`, or the wall clock if there is no such header.
 * @see RFC 9110 §6.6.1 (Date), RFC 9111 §5.1 (Age)
 */
export function serverNowMs(headers: HeaderRecord, nowMs: number): number {
  const dateMs = parseHttpDate(textOf(peek(headers, 'date')) ?? '', nowMs);
  if (dateMs === undefined) return nowMs;
  const age = DELTA_SECONDS.exec(textOf(peek(headers, 'age')) ?? '')?.[1];
  return dateMs + Number(age ?? 0) * 1_000;
}

const DELTA_SECONDS = /^[ \t]*([0-9]+)[ \t]*$/;
const MILLISECONDS = /^[ \t]*([0-9]+(?:\.[0-9]+)?)[ \t]*$/;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(?<month>${MONTHS.join('|')})`;
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_WEEKDAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const TIME = '(?<hour>[01][0-9]|2[0-3]):(?<minute>[0-5][0-9]):(?<second>[0-5][0-9]|60)';

const DAY = '(?<day>[0-9]{1,2})';
const ZONE = '(?:GMT|UTC|[+]0000)';

const IMF_FIXDATE = httpDate(`${WEEKDAY}, ${DAY} ${MONTH} (?<year>[0-9]{4}) ${TIME} ${ZONE}`);
const RFC850_DATE = httpDate(`${LONG_WEEKDAY}, ${DAY}-${MONTH}-(?<year>[0-9]{2}) ${TIME} ${ZONE}`);
const ASCTIME_DATE = httpDate(`${WEEKDAY} ${MONTH} (?<day>[0-9]{2}| ?[0-9]) ${TIME} (?<year>[0-9]{4})`);

const DAY_MS = 86_400_000;
/** Greatest instant of JavaScript's calendar, before or after 1970. */
const MAX_INSTANT_MS = 100_000_000 * DAY_MS;
const MEAN_YEAR_MS = 365.2425 * DAY_MS;

function httpDate(grammar: string): RegExp {
  return new RegExp(`^[ \\t]*${grammar}[ \\t]*$`);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  try {
    return Array.isArray(value) && value.length === 1 && !Array.isArray(value[0]) ? textOf(value[0]) : undefined;
  } catch {
    // Headers of some clients throw when they are read.
    return undefined;
  }
}

function parseHttpDate(text: string, nowMs: number): number | undefined {
  // Without a valid wall clock, no date yields a wait.
  if (!(Math.abs(nowMs) <= MAX_INSTANT_MS)) return undefined;
  const match = IMF_FIXDATE.exec(text) ?? RFC850_DATE.exec(text) ?? ASCTIME_DATE.exec(text);
  if (match?.groups === undefined) return undefined;
  const { day, month, year, hour, minute, second } = match.groups;
  const monthIndex = MONTHS.indexOf(month ?? '');
  const timeMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000;
  const instantIn = (fullYear: number) => daysFrom1970(fullYear, monthIndex, Number(day)) * DAY_MS + timeMs;
  const fullYear = year?.length === 2 ? unfoldYear(Number(year), instantIn, nowMs) : Number(year);
  const isDay = Number(day) >= 1 && Number(day) <= daysInMonth(fullYear, monthIndex);
  return isDay ? instantIn(fullYear) : undefined;
}

/** Returns the last year with these two digits in which the date is at most 50 years ahead. */
function unfoldYear(twoDigits: number, instantIn: (year: number) => number, nowMs: number): number {
  // The mean year is at most one year off, so two years are added to be sure.
  const latest = 1970 + Math.floor(nowMs / MEAN_YEAR_MS) + 52;
  let year = latest - ((latest - twoDigits) % 100);
  while (instantIn(year - 50) > nowMs) year -= 100;
  return year;
}

/**
 * Returns the days from 1 January 1970 to a date of the Gregorian calendar. Years begin in March here, so that leap
 * days come last.
 */
function daysFrom1970(year: number, monthIndex: number, day: number): number {
  const marchYear = monthIndex < 2 ? year - 1 : year;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const daysBeforeMonth = Math.floor((153 * ((monthIndex + 10) % 12) + 2) / 5);
  // 719468 days lie between 1 March of the year 0 and 1 January 1970.
  return marchYear * 365 + leapDays + daysBeforeMonth + day - 1 - 719_468;
}

function daysInMonth(year: number, monthIndex: number): number {
  return daysFrom1970(year, monthIndex + 1, 1) - daysFrom1970(year, monthIndex, 1);
}
