import { isThenable } from '../untrusted/thenable.js';
import { withoutSecrets } from '../untrusted/without-secrets.js';

/** The value of an attribute. */
export type AttributeValue = string | number | boolean;

/** Attributes of a call by name, such as its tenant or its route. */
export type CallAttributes = Readonly<Record<string, AttributeValue>>;

/** Attributes from the result of a user's function. */
export interface ReadAttributes {
  /** Undefined if there are none. Equal attributes share one object. */
  readonly attributes: CallAttributes | undefined;
  /** The rule that the result breaks; undefined if it breaks none. */
  readonly broken: string | undefined;
}

/** Value in place of all those after the first {@link MAX_VALUES}. */
export const OTHER = '_OTHER';
const MAX_NAMES = 8;
/** Most values of each name. */
const MAX_VALUES = 100;
/** Most different sets of attributes. */
const MAX_SETS = 1_000;
/** Most characters of a text. */
const MAX_LENGTH = 100;
const NAME = /^[A-Za-z][\w.]{0,63}$/;
const RULE = 'must return an object of strings, finite numbers or booleans';

/**
 * Reads the results of a policy's `attributesOf`, and bounds them, since a metric keeps a series for each value: at
 * most 8 names, 100 values of each and 1,000 sets. Later names are omitted, later values become `_OTHER`.
 */
export class AttributeSets {
  readonly #values = new Map<string, Set<AttributeValue>>();
  readonly #sets = new Map<string, CallAttributes>();

  /** Returns the attributes. Throws the errors of getters of `given`. */
  read(given: unknown): ReadAttributes {
    if (given === undefined || given === null) return { attributes: undefined, broken: undefined };
    if (typeof given !== 'object' || Array.isArray(given) || isThenable(given))
      return { attributes: undefined, broken: RULE };
    const kept: [string, AttributeValue][] = [];
    let broken: string | undefined;
    for (const name of Object.keys(given).sort()) {
      const value = (given as Record<string, unknown>)[name];
      if (value === undefined || value === null) continue;
      const usable = usableValue(value);
      if (usable === '') continue;
      if (!NAME.test(name)) broken ??= 'must return names of letters, digits, dots and underscores';
      else if (usable === undefined) broken ??= RULE;
      else if (!this.#hasRoomFor(name)) broken ??= `must return at most ${MAX_NAMES} different names`;
      else kept.push([name, this.#bounded(name, usable)]);
      if (kept.length === MAX_NAMES) break;
    }
    return { attributes: kept.length === 0 ? undefined : this.#setOf(kept), broken };
  }

  #hasRoomFor(name: string): boolean {
    return this.#values.has(name) || this.#values.size < MAX_NAMES;
  }

  #bounded(name: string, value: AttributeValue): AttributeValue {
    const known = this.#values.get(name) ?? new Set<AttributeValue>();
    this.#values.set(name, known);
    if (!known.has(value)) {
      if (known.size >= MAX_VALUES) return OTHER;
      known.add(value);
    }
    return value;
  }

  #setOf(entries: readonly (readonly [string, AttributeValue])[]): CallAttributes {
    const id = JSON.stringify(entries);
    const known = this.#sets.get(id);
    if (known !== undefined) return known;
    const isFull = this.#sets.size >= MAX_SETS;
    const set = Object.freeze(Object.fromEntries(entries.map(([name, value]) => [name, isFull ? OTHER : value])));
    if (!isFull) this.#sets.set(id, set);
    return set;
  }
}

function usableValue(value: unknown): AttributeValue | undefined {
  if (typeof value === 'boolean') return value;
  // Adding 0 turns -0 into 0.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
  return typeof value === 'string' ? cleanText(value) : undefined;
}

/** Removes possible secrets, and characters that a log or a terminal takes for a command. */
function cleanText(text: string): string {
  return withoutSecrets(text).slice(0, MAX_LENGTH).replace(UNSEEN, '').trim();
}

/** Control and format characters, line separators, and halves of surrogate pairs, which have no form in UTF-8. */
const UNSEEN = /[\p{C}\u2028\u2029]/gu;
