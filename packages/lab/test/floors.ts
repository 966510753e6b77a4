import { posix } from 'node:path';
import { importsOf, type SourceFile } from './source-tree.js';

/** The floors of a folder, from the top: a room may import those below it, never one above it or beside it. */
export interface FloorPlan {
  /** A package, or a folder in its sources: `core`, `cli/migrate`. */
  readonly folder: string;
  readonly floors: readonly (readonly string[])[];
}

/** A room is a folder, or a file that lies in no folder. */
export const floorPlans: readonly FloorPlan[] = [
  {
    folder: 'core',
    floors: [
      ['index', 'adapter', 'algorithms', 'logging', 'testing'],
      ['policy'],
      ['loop'],
      ['session'],
      ['key'],
      ['options'],
      ['store'],
      ['telemetry'],
      ['retry', 'limit'],
      ['breaker', 'outcome'],
      ['window', 'host', 'untrusted'],
    ],
  },
  {
    folder: 'axios',
    floors: [
      ['index'],
      ['axios-retry', 'retry-axios'],
      ['drop-in', 'attach'],
      ['adapter', 'axios-copy'],
      ['request'],
      ['resilience-error'],
      ['axios-types'],
      ['request-options'],
      ['same-options'],
    ],
  },
  {
    folder: 'got',
    floors: [
      ['index'],
      ['resilience'],
      ['hooks'],
      ['observe'],
      ['call'],
      ['user', 'outcome'],
      ['resilience-error'],
      ['request-options'],
      ['got-types'],
    ],
  },
  {
    folder: 'redis',
    floors: [
      ['index'],
      ['redis-store', 'admin'],
      ['fleet', 'instances'],
      ['commands'],
      ['options', 'lua'],
      ['clients'],
      ['shown'],
    ],
  },
  {
    folder: 'dashboard',
    floors: [
      ['index'],
      ['dashboard'],
      ['page'],
      ['stream', 'fleet', 'http'],
      ['view'],
      ['measure', 'options'],
      ['access', 'host', 'assets'],
    ],
  },
  {
    folder: 'otel',
    floors: [
      ['index', 'prometheus'],
      ['instrument', 'exposition'],
      ['meter', 'trace'],
      ['options', 'metrics', 'scope', 'global-providers'],
    ],
  },
  {
    folder: 'simulator',
    floors: [
      ['index'],
      ['simulate'],
      ['stage'],
      ['result', 'built-in'],
      ['scenario'],
      ['rivals', 'fleet'],
      ['client'],
      ['server'],
      ['chance', 'time'],
    ],
  },
  {
    folder: 'cli/migrate',
    floors: [
      ['command'],
      ['report'],
      ['run'],
      ['read-file', 'dependencies'],
      ['migrate-project', 'find-files', 'release-differences'],
      ['installed-version'],
      ['lockfiles'],
      ['lockfile-text'],
      ['findings'],
      ['edit'],
      ['file'],
      ['translate'],
      ['find'],
      ['text'],
      ['parse'],
      ['finding'],
    ],
  },
];

/** Every import between two rooms of the folder that does not point to a lower floor. */
export function upwardImports(files: readonly SourceFile[], folder: string, floors: FloorPlan['floors']): string[] {
  const [owner, ...inside] = folder.split('/');
  const root = inside.length === 0 ? '' : `${inside.join('/')}/`;
  return files
    .filter((file) => file.owner === owner && !file.isTest && file.path.startsWith(root))
    .flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, '.ts'))
        .filter((path) => path.startsWith(root))
        .flatMap((path) => {
          const wrong = directionOf(file.path.slice(root.length), path.slice(root.length), floors);
          return wrong === undefined ? [] : [`${file.path} -> ${path}: ${wrong}`];
        }),
    );
}

function directionOf(from: string, to: string, floors: FloorPlan['floors']): string | undefined {
  const [room, target] = [roomOf(from), roomOf(to)];
  if (room === target) return undefined;
  const floorOf = (name: string) => floors.findIndex((rooms) => rooms.includes(name));
  const [floor, targetFloor] = [floorOf(room), floorOf(target)];
  if (floor < 0 || targetFloor < 0) return 'no floor';
  if (targetFloor > floor) return undefined;
  return targetFloor === floor ? 'sideways' : 'up';
}

function roomOf(path: string): string {
  const [first = '', ...rest] = path.split('/');
  return rest.length === 0 ? first.replace(/\.ts$/, '') : first;
}
