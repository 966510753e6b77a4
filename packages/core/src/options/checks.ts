import { MAX_TIMER_MS } from '../host/clock.js';
import { isPlainObject } from '../untrusted/plain-object.js';
import { quoted } from '../untrusted/quote.js';

/** Throws unless `value` meets the rule; `path` names the option. */
export type Check = (path: string, value: unknown) => void;

/** Returns the error's text, such as `retry.maxRetries must be an integer >= 0, got -1`. */
function mustBe(path: string, rule: string, value: unknown): string {
  return `${path} must be ${rule}, got ${shown(value)}`;
}

function number(rule: string, holds: (value: number) => boolean): Check {
  return (path, value) => {
    if (typeof value !== 'number') throw new TypeError(mustBe(path, rule, value));
    if (!holds(value)) throw new RangeError(mustBe(path, rule, value));
  };
}

export const integerFrom = (least: number): Check =>
  number(`an integer >= ${least}`, (value) => Number.isSafeInteger(value) && value >= least);
export const share = number('a number in 0..1', (value) => value >= 0 && value <= 1);
export const positiveShare = number('a number above 0 and at most 1', (value) => value > 0 && value <= 1);
export const atLeast = (least: number): Check =>
  number(`a finite number >= ${least}`, (value) => Number.isFinite(value) && value >= least);
export const duration = number('a finite number of ms >= 0', (value) => Number.isFinite(value) && value >= 0);
export const positiveDuration = number('a finite number of ms > 0', (value) => Number.isFinite(value) && value > 0);
export const timerDurationOrInfinity = number(
  `a number of ms > 0 and at most ${MAX_TIMER_MS}, or Infinity`,
  (value) => value > 0 && (value <= MAX_TIMER_MS || value === Number.POSITIVE_INFINITY),
);
export const positiveDurationOrInfinity = number('a number of ms > 0', (value) => value > 0);
export const durationOrInfinity = number('a number of ms >= 0', (value) => value >= 0);

function type(rule: string, holds: (value: unknown) => boolean): Check {
  return (path, value) => {
    if (!holds(value)) throw new TypeError(mustBe(path, rule, value));
  };
}

export const boolean = type('true or false', (value) => typeof value === 'boolean');
export const booleanOrFunction = type(
  'true, false or a function',
  (value) => typeof value === 'boolean' || typeof value === 'function',
);
export const aFunction = type('a function', (value) => typeof value === 'function');
export const nonEmptyString = type('a non-empty string', (value) => typeof value === 'string' && value !== '');
export const plainObject = type('an object', isPlainObject);
export const objectOrFalse = type('an object or false', (value) => value === false || isPlainObject(value));

/** Checks for an object with these methods. */
export const hasMethods = (what: string, methods: readonly string[]): Check =>
  type(
    `${what} (an object with ${methods.join(', ')})`,
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function'),
  );

/** Checks for one of a few words. */
export const oneOf = (...words: readonly string[]): Check => {
  const rule = `one of ${words.map((word) => `'${word}'`).join(', ')}`;
  return (path, value) => {
    if (typeof value !== 'string') throw new TypeError(mustBe(path, rule, value));
    if (!words.includes(value)) throw new RangeError(mustBe(path, rule, value));
  };
};

/** Allows `false`, or what `check` allows. */
export const orFalse =
  (check: Check): Check =>
  (path, value) => {
    if (value !== false) check(path, value);
  };

/** Checks for an array in which each entry passes `check`. */
export const listOf =
  (check: Check): Check =>
  (path, value) => {
    if (!Array.isArray(value)) throw new TypeError(mustBe(path, 'an array', value));
    // Goes by index, since a hole in an array is an entry too.
    for (let index = 0; index < value.length; index += 1) check(`${path}[${index}]`, value[index]);
  };

/** Characters of header names and methods, by RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const isToken = (value: unknown): boolean => typeof value === 'string' && TOKEN.test(value);
/** The usual methods, which are found at once, since every call is checked. */
const USUAL_METHODS: ReadonlySet<unknown> = new Set(
  ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PATCH'].flatMap((method) => [method, method.toLowerCase()]),
);
export const headerName = type('a header name', isToken);
export const httpMethod = type('an HTTP method', (value) => USUAL_METHODS.has(value) || isToken(value));
export const httpStatus = number(
  'an HTTP status in 100..599',
  (value) => Number.isInteger(value) && value >= 100 && value <= 599,
);

const PRINTABLE = /^[!-~](?:[ -~]*[!-~])?$/;
/**
 * Tells if a value is a String of RFC 9651 §3.3.3, as an Idempotency-Key must be, without surrounding space, which a
 * header would lose.
 */
export const isHeaderText = (value: unknown): value is string => typeof value === 'string' && PRINTABLE.test(value);
export const headerText: Check = (path, value) => {
  nonEmptyString(path, value);
  if (!isHeaderText(value)) throw new TypeError(mustBe(path, 'printable ASCII', value));
};

/** Throws unless each entry of `options` that is set passes its check, and each has one. */
export function checkFields(path: string, options: object, checks: Readonly<Record<string, Check>>): void {
  fieldChecker(path, checks)(options);
}

/** Returns `checkFields` for many objects of the same path, with their names prepared once. */
export function fieldChecker(path: string, checks: Readonly<Record<string, Check>>): (options: object) => void {
  const fullName = (name: string): string => (path === '' ? nameShown(name) : `${path}.${nameShown(name)}`);
  const fields = new Map(Object.entries(checks).map(([name, check]) => [name, { check, at: fullName(name) }]));
  return (options) => {
    for (const name of Object.keys(options)) {
      const field = fields.get(name);
      if (field === undefined) {
        throw new TypeError(`${fullName(name)} is not an option; there are ${[...fields.keys()].join(', ')}`);
      }
      const value = (options as Record<string, unknown>)[name];
      if (value !== undefined) field.check(field.at, value);
    }
  };
}

const MAX_SHOWN = 80;
const PLAIN_NAME = /^[\w$-]{1,80}$/;

function nameShown(name: string): string {
  return PLAIN_NAME.test(name) ? name : quoted(name, MAX_SHOWN);
}

/** Returns a value as a message shows it: short, and never a payload. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value, MAX_SHOWN);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : String(value);
}
