/** A line of releases of something that is put to the test. */
export interface Release {
  /** Name in tables and filters. */
  readonly name: string;
  /** Version for npm: the newest of the line, or one release with peculiarities. */
  readonly spec: string;
}

/** A release of a client, which runs on some releases of Node alone. */
export interface ClientRelease extends Release {
  /** The oldest major of Node that its `engines` allow. */
  readonly fromNode: number;
  /** Outside the adapter's promise: the result is shown, and fails nothing. */
  readonly bestEffort?: true;
}

/** A test runner whose users import the packages. */
export interface RunnerRelease extends ClientRelease {
  readonly runner: 'jest' | 'vitest';
}

export const nodes: readonly Release[] = ['20', '22', '24', '26'].map((name) => ({ name, spec: name }));

const AXIOS = '0.27 0.28 0.29 0.30 0.31 0.32 0.33 0.34 0.35 1.0 1.1 1.5 1.7.2 1.12 1.13.3 1.13.5 1.18 1.21';

/** Of 0.27 only the last release: the adapter requires it. */
export const axiosReleases: readonly ClientRelease[] = AXIOS.split(' ').map((name) => ({
  name,
  spec: name === '0.27' ? '0.27.2' : lineOf(name),
  fromNode: 20,
}));

export const gotReleases: readonly ClientRelease[] = [
  { name: '11', spec: '11', fromNode: 20, bestEffort: true },
  { name: '12', spec: '12', fromNode: 20 },
  { name: '13', spec: '13', fromNode: 20 },
  { name: '14.0', spec: '~14.0.0', fromNode: 20 },
  { name: '14.6', spec: '~14.6.0', fromNode: 20 },
  { name: '15', spec: '15', fromNode: 22 },
  { name: '16', spec: '16', fromNode: 22 },
];

export const typeScripts: readonly Release[] = ['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '6.0', '7.0'].map((name) => ({
  name,
  spec: lineOf(name),
}));

export const runners: readonly RunnerRelease[] = [
  { runner: 'jest', name: 'Jest 29', spec: '29', fromNode: 20 },
  { runner: 'jest', name: 'Jest 30', spec: '30', fromNode: 20 },
  { runner: 'vitest', name: 'Vitest 3', spec: '3', fromNode: 20 },
  { runner: 'vitest', name: 'Vitest 4', spec: '4', fromNode: 20 },
  { runner: 'vitest', name: 'Vitest 5', spec: '5', fromNode: 22 },
];

/** The published packages of which the newest line should stand in the lists above. */
export const watched: readonly { readonly name: string; readonly releases: readonly Release[] }[] = [
  { name: 'axios', releases: axiosReleases },
  { name: 'got', releases: gotReleases },
  { name: 'typescript', releases: typeScripts },
];

/** `1.12` is the newest of that line, `1.12.3` that release alone. */
function lineOf(name: string): string {
  return name.split('.').length > 2 ? name : `~${name}.0`;
}
