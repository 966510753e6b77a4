interface Named {
  readonly name: string;
  readonly extra?: boolean;
}

/**
 * Returns the entries of a comma-separated list, in the order of `all`: a name, the beginning of several (`outage` is
 * `outage-refused` and `outage-hanging`), or `all`. Those marked extra come only by their full name or with `all`.
 *
 * @throws RangeError for an unknown name
 */
export function selectNamed<T extends Named>(what: string, all: readonly T[], list: string | undefined): readonly T[] {
  if (list === undefined) return all.filter(({ extra }) => extra !== true);
  const wanted = list.split(',').map((name) => name.trim());
  for (const name of wanted) {
    if (name !== 'all' && !all.some((one) => matches(one, name))) {
      throw new RangeError(`--${what} ${name}: no such ${what}; there are ${all.map((one) => one.name).join(', ')}`);
    }
  }
  return all.filter((one) => wanted.some((name) => matches(one, name)));
}

function matches(one: Named, name: string): boolean {
  if (name === 'all' || one.name === name) return true;
  return one.extra !== true && one.name.startsWith(`${name}-`);
}
