import { isObject, peek } from '../untrusted/safe-read.js';

/** Response headers, by lower-cased name. */
export type HeaderRecord = Readonly<Record<string, string>>;

const NO_HEADERS: HeaderRecord = Object.freeze(Object.create(null) as Record<string, string>);

/**
 * Returns the headers of any client as one frozen record by lower-cased name, without a prototype.
 *
 * Reads WHATWG `Headers`, `AxiosHeaders`, a `Map`, a list of pairs, Node's `IncomingHttpHeaders`, and plain objects in
 * any case. Values of one name are joined by `', '` (RFC 9110 §5.3). Values that are neither text nor number are left
 * out. Never throws: of a source that breaks off, it returns what could be read.
 */
export function headerRecord(source: unknown): HeaderRecord {
  if (!isObject(source)) return NO_HEADERS;
  // Without a prototype `__proto__` is a name like any other.
  const record = Object.create(null) as Record<string, string>;
  eachHeader(source, (name, text) => {
    record[name] = joined(record[name], text);
  });
  return Object.freeze(record);
}

/**
 * Returns one header of any client, without regard to case; undefined if there is none. Never throws. Reads the same
 * sources as {@link headerRecord}, without building the record. If a plain object or a `Map` spells a name in several
 * ways, only its lower-case spelling counts.
 */
export function headerOf(source: unknown, name: string): string | undefined {
  if (!isObject(source)) return undefined;
  const wanted = name.toLowerCase();
  try {
    const { get } = source as { get?: unknown };
    if (typeof get === 'function') {
      const found: unknown = get.call(source, wanted);
      // `Headers` returns null for a missing header; a Map may still have it in another case.
      if (found === null) return undefined;
      const text = textOf(found);
      if (text !== undefined) return text;
    } else if (Object.hasOwn(source, wanted)) {
      const text = textOf((source as Record<string, unknown>)[wanted]);
      if (text !== undefined) return text;
    }
  } catch {
    // `Headers` throws for an invalid name, and an object that only looks like headers may throw anything.
  }
  return scan(source, wanted);
}

function scan(source: object, wanted: string): string | undefined {
  let found: string | undefined;
  eachHeader(source, (name, text) => {
    if (name === wanted) found = joined(found, text);
  });
  return found;
}

function joined(before: string | undefined, text: string): string {
  return before === undefined ? text : `${before}, ${text}`;
}

type Visit = (lowerName: string, text: string) => void;

function eachHeader(source: object, visit: Visit): void {
  const tell = (name: unknown, value: unknown): void => {
    const text = textOf(value);
    if (typeof name === 'string' && text !== undefined) visit(name.toLowerCase(), text);
  };
  try {
    const { forEach, toJSON } = source as { forEach?: unknown; toJSON?: unknown };
    if (isIterable(source)) {
      for (const pair of source) if (Array.isArray(pair)) tell(pair[0], pair[1]);
    } else if (typeof forEach === 'function') {
      forEach.call(source, (value: unknown, name: unknown) => tell(name, value));
    } else {
      const plain: unknown = typeof toJSON === 'function' ? toJSON.call(source) : source;
      if (isObject(plain)) for (const name of Object.keys(plain)) tell(name, peek(plain, name));
    }
  } catch {
    // Headers that were read before this count.
  }
}

function isIterable(source: object): source is Iterable<unknown> {
  return typeof (source as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function';
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((entry) => typeof entry === 'string' || typeof entry === 'number');
  return texts.length === 0 ? undefined : texts.join(', ');
}
