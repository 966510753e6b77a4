/** The two libraries that have a drop-in. */
export type RetryLibrary = 'axios-retry' | 'retry-axios';

/** Modules whose values the migration follows. */
export type Library = RetryLibrary | 'axios' | 'got' | '@breakwater/axios' | '@breakwater/got' | 'retry-wrapper';

/** The replacement: same exports, same options. */
export const dropIns: Readonly<Record<RetryLibrary, string>> = {
  'axios-retry': '@breakwater/axios/axios-retry',
  'retry-axios': '@breakwater/axios/retry-axios',
};

/** The key of a request's config under which a library takes its options. */
export const requestKeys: Readonly<Record<RetryLibrary, string>> = {
  'axios-retry': 'axios-retry',
  'retry-axios': 'raxConfig',
};

/** Libraries that repeat any function they are given. */
const WRAPPERS = new Set([
  'p-retry',
  'promise-retry',
  'async-retry',
  'retry-as-promised',
  'exponential-backoff',
  'ts-retry-promise',
  'ts-retry',
  '@lifeomic/attempt',
  'cockatiel',
  'opossum',
]);

/** Returns the library of a module specifier. A drop-in counts as the library that it replaces. */
export function libraryOf(specifier: string): Library | undefined {
  switch (specifier) {
    case 'axios':
    case 'got':
    case '@breakwater/axios':
    case '@breakwater/got':
    case 'axios-retry':
    case 'retry-axios':
      return specifier;
    case dropIns['axios-retry']:
      return 'axios-retry';
    case dropIns['retry-axios']:
      return 'retry-axios';
    default:
      return WRAPPERS.has(specifier) ? 'retry-wrapper' : undefined;
  }
}

export function isRetryLibrary(name: string | undefined): name is RetryLibrary {
  return name === 'axios-retry' || name === 'retry-axios';
}

/** Returns the library of a path into its package: `axios-retry/lib/cjs` is such a path, `axios-retry` is not. */
export function libraryOfDeepImport(specifier: string): RetryLibrary | undefined {
  const [name] = specifier.split('/');
  return specifier !== name && isRetryLibrary(name) ? name : undefined;
}
