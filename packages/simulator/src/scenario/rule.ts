/** Throws unless the value meets the rule; the path names it. */
export type Rule = (path: string, value: unknown) => void;

/** Returns an error's text, such as `clients.shop.timeoutMs must be a number > 0, got -1`. */
export function broken(path: string, rule: string, value: unknown): string {
  return `${path === '' ? 'the scenario' : path} must ${rule}, got ${shown(value)}`;
}

function number(rule: string, holds: (value: number) => boolean): Rule {
  return (path, value) => {
    if (typeof value !== 'number') throw new TypeError(broken(path, `be ${rule}`, value));
    if (!holds(value)) throw new RangeError(broken(path, `be ${rule}`, value));
  };
}

export const above0 = number('a finite number > 0', (value) => value > 0 && value < Number.POSITIVE_INFINITY);
export const from0 = number('a finite number >= 0', (value) => value >= 0 && value < Number.POSITIVE_INFINITY);
export const share = number('a number in 0..1', (value) => value >= 0 && value <= 1);
export const integerFrom = (least: number): Rule =>
  number(`an integer >= ${least}`, (value) => Number.isSafeInteger(value) && value >= least);

export const boolean: Rule = (path, value) => {
  if (typeof value !== 'boolean') throw new TypeError(broken(path, 'be true or false', value));
};

export const text: Rule = (path, value) => {
  if (typeof value !== 'string' || value === '') throw new TypeError(broken(path, 'be a non-empty string', value));
};

export function oneOf(...words: readonly string[]): Rule {
  return (path, value) => {
    if (typeof value === 'string' && words.includes(value)) return;
    const rule = `be one of ${words.map((word) => `'${word}'`).join(', ')}`;
    throw typeof value === 'string'
      ? new RangeError(broken(path, rule, value))
      : new TypeError(broken(path, rule, value));
  };
}

/** Checks an object with these fields and no others. The fields of `required` must exist. */
export function object(fields: Readonly<Record<string, Rule>>, required: readonly string[] = []): Rule {
  return (path, value) => {
    const given = plainObject(path, value);
    for (const name of Object.keys(given)) {
      if (Object.hasOwn(fields, name)) continue;
      throw new RangeError(broken(path, `have no fields but ${Object.keys(fields).join(', ')}`, name));
    }
    for (const name of required) {
      if (given[name] === undefined) throw new TypeError(broken(at(path, name), 'be given', undefined));
    }
    for (const [name, rule] of Object.entries(fields)) if (given[name] !== undefined) rule(at(path, name), given[name]);
  };
}

/** Checks an object with any names, each with a value that meets the rule. */
export function recordOf(rule: Rule): Rule {
  return (path, value) => {
    for (const [name, one] of Object.entries(plainObject(path, value))) rule(at(path, name), one);
  };
}

export function listOf(rule: Rule, least = 0): Rule {
  return (path, value) => {
    if (!Array.isArray(value)) throw new TypeError(broken(path, 'be a list', value));
    if (value.length < least) throw new RangeError(broken(path, `have at least ${least} entries`, value.length));
    for (let index = 0; index < value.length; index += 1) rule(`${path}[${index}]`, value[index]);
  };
}

/** Checks a list by one rule, anything else by the other. */
export function orListOf(rule: Rule): Rule {
  const list = listOf(rule);
  return (path, value) => (Array.isArray(value) ? list : rule)(path, value);
}

/** Checks a number by one rule, anything else by the other. */
export function numberOr(ofNumber: Rule, ofObject: Rule): Rule {
  return (path, value) => {
    if (typeof value === 'number') ofNumber(path, value);
    else if (typeof value === 'object' && value !== null) ofObject(path, value);
    else throw new TypeError(broken(path, 'be a number or an object', value));
  };
}

/** Checks an object by the rule that its `kind` selects. */
export function byKind(kinds: Readonly<Record<string, Rule>>): Rule {
  const kindRule = oneOf(...Object.keys(kinds));
  return (path, value) => {
    const { kind } = plainObject(path, value);
    kindRule(at(path, 'kind'), kind);
    kinds[kind as string]?.(path, value);
  };
}

export function at(path: string, name: string): string {
  const isWord = /^[A-Za-z_$][\w$]*$/.test(name);
  if (!isWord) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

function plainObject(path: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TypeError(broken(path, 'be an object', value));
}

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  const json = JSON.stringify(value) ?? 'an object';
  return json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}...` : json;
}
