import { type CaseFigures, costOf, costRatio, type GroupFigures } from './figures.js';
import type { SectionName } from './group.js';

/** A figure that is to be reached, and what came of it. */
export interface Target {
  readonly section: SectionName;
  readonly target: string;
  readonly measured: number;
  readonly atMost: number;
  readonly unit: 'ratio' | '%' | 'bytes' | 'timers' | 'ns';
  readonly met: boolean;
  /** The release of Node that it was measured on, if there are several. */
  readonly node?: string;
}

/**
 * The targets of all that was measured. Some differ by release of Node: what is compared there costs more or less by
 * itself.
 */
export function targetsOf(groups: readonly GroupFigures[]): Target[] {
  return groups.flatMap((group) => {
    const targets = (judges[group.name]?.(group) ?? []).filter((target) => target !== undefined);
    const { node } = group;
    return node === undefined ? targets : targets.map((target) => ({ ...target, node }));
  });
}

type Judge = (group: GroupFigures) => readonly (Target | undefined)[];

const judges: Readonly<Record<string, Judge>> = {
  'execute: an async function': (group) =>
    ['cockatiel', 'opossum'].map((peer) =>
      compare('execute', group, 'breakwater', peer, byRelease(group, { usual: 0.45, 24: 0.5 })),
    ),
  'execute: an async function, one listener': (group) =>
    ["breakwater, on('call')", "breakwater, on('attempt')"].flatMap((ours) =>
      ['cockatiel, onSuccess', "opossum, on('success')"].map((peer) => compare('execute', group, ours, peer, 0.6)),
    ),
  'axios: GET': (group) => [slowdown('axios', 'a GET, over bare axios', group, byRelease(group, AXIOS_PERCENT))],
  'axios: POST with a JSON body': (group) => [
    slowdown('axios', 'a POST, over bare axios', group, byRelease(group, AXIOS_PERCENT)),
  ],
  'got: GET over loopback, 32 at a time': (group) => [slowdown('got', 'a GET, over bare got', group, 6)],
  'otel: execute, no SDK': (group) => {
    const share = caseOf(group, 'instrumented, no SDK')?.share?.median;
    const more = share && (share - 1) * 100;
    return [atMost('otel', 'a call that does nothing, instrumented without an SDK', more, 15, '%')];
  },
  'reject: by an open circuit': (group) =>
    ['cockatiel', 'opossum'].map((peer) => compare('reject', group, 'breakwater', peer, 0.33)),
  'allocation: execute': (group) => [
    bytes('allocation', 'bytes of a call', caseOf(group, 'breakwater')?.value.median, 600),
  ],
  'memory: an idle key': (group) => [
    bytes('memory', 'bytes of an idle key', caseOf(group, 'breakwater')?.value.median, 600),
  ],
  'memory: heap of keys, used and evicted': (group) =>
    group.cases.slice(1).map(({ name, value }) => {
      const held = group.cases[0]?.value.median ?? Number.NaN;
      return atMost('memory', `heap ${name}, of what was held`, (value.median / held) * 100, 1, '%');
    }),
  'memory: timers of all those keys': (group) => [
    atMost('memory', 'timers of all those keys', caseOf(group, 'left')?.value.median, 0, 'timers'),
  ],
  'memory: a call among many keys': (group) => [
    atMost('memory', 'a call among 100,000 keys, less a Map', costAmongMany(group), HALF_OF_BEFORE_NS, 'ns'),
  ],
  'bundle: for browser': bundleTargets,
  'bundle: for node': bundleTargets,
};

const AXIOS_PERCENT = { usual: 5, 24: 7 };
/** A call among 100,000 keys took 850 ns over a Map when this was set, on the machine of the benchmark page. */
const HALF_OF_BEFORE_NS = 425;

/** A figure, and others for releases of Node that differ. */
type ByRelease = { readonly usual: number } & { readonly [release: number]: number };

function byRelease({ node }: GroupFigures, figures: ByRelease): number {
  const release = Number.parseInt((node ?? process.versions.node).replace(/^v/, ''), 10);
  return figures[release] ?? figures.usual;
}

/** No processor has 100,000 keys at hand: what this does to a mere map of them is taken off. */
function costAmongMany(group: GroupFigures): number | undefined {
  const [ours, map] = ['breakwater', 'a Map'].map((name) => costOf(group, `${name}, 100,000 keys`));
  return ours === undefined || map === undefined ? undefined : ours - map;
}

function bundleTargets(group: GroupFigures): readonly (Target | undefined)[] {
  const sizeOf = (name: string): number | undefined => caseOf(group, name)?.value.median;
  const whole = sizeOf('breakwater') ?? Number.NaN;
  const where = group.name.replace('bundle: ', '');
  return [
    bytes('bundle', `${where}: core and the axios adapter`, sizeOf('breakwater'), 24_000),
    bytes('bundle', `${where}: imported for nothing`, sizeOf('breakwater, imported for nothing'), 0),
    ...['parseRetryAfter', 'backoffDelay'].map((name) => {
      const size = sizeOf(`breakwater, ${name} alone`);
      return atMost('bundle', `${where}: ${name} alone, of the whole`, size && (size / whole) * 100, 5, '%');
    }),
  ];
}

function compare(
  section: SectionName,
  group: GroupFigures,
  ours: string,
  peer: string,
  most: number,
): Target | undefined {
  return atMost(section, `${ours}, to ${peer}`, costRatio(group, ours, peer), most, 'ratio');
}

function slowdown(section: SectionName, target: string, group: GroupFigures, most: number): Target | undefined {
  const share = caseOf(group, 'breakwater')?.share?.median;
  return atMost(section, target, share && (share - 1) * 100, most, '%');
}

const bytes = (section: SectionName, target: string, measured: number | undefined, most: number): Target | undefined =>
  atMost(section, target, measured, most, 'bytes');

function atMost(
  section: SectionName,
  target: string,
  measured: number | undefined,
  most: number,
  unit: Target['unit'],
): Target | undefined {
  if (measured === undefined) return undefined;
  return { section, target, measured, atMost: most, unit, met: measured <= most };
}

const caseOf = (group: GroupFigures, name: string): CaseFigures | undefined =>
  group.cases.find((one) => one.name === name);
