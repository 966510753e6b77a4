import { existsSync, readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AGAIN } from './group.js';

/** Circumstances of the figures, besides the code. */
export interface Machine {
  readonly atMs: number;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** The average number of processes that wanted a processor in the last minute. */
  readonly load: number;
  readonly versions: Readonly<Record<string, string>>;
}

const PEERS = ['axios', 'axios-retry', 'cockatiel', 'esbuild', 'got', 'opossum', 'p-retry', 'retry-axios'];

export function thisMachine(): Machine {
  const [cpu] = cpus();
  return {
    atMs: Date.now(),
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    load: loadavg()[0] ?? 0,
    versions: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
  };
}

export function describeMachine({ node, platform: host, cpu, cores, versions }: Machine): string {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const half = Math.ceil(peers.length / 2);
  return `Node ${node}, ${host}, ${cores} x ${cpu}\n${peers.slice(0, half).join(', ')}\n${peers.slice(half).join(', ')}`;
}

/** Returns a warning about a machine that has other work; undefined if it is idle. */
export function doubtAbout({ load, cores }: Pick<Machine, 'load' | 'cores'>): string | undefined {
  if (load < 0.3) return undefined;
  return `Mind: this machine was busy before the bench began (load ${load.toFixed(1)} on ${cores} cores).
Single figures are noise then: look at the quartiles, and at "${AGAIN}". --cpu leaves most of it out.`;
}

/** Not asked of the packages themselves: most do not let their manifest be imported. */
function versionOf(name: string): string {
  const found = ['../../node_modules/', '../../../../node_modules/']
    .map((modules) => fileURLToPath(new URL(`${modules}${name}/package.json`, import.meta.url)))
    .find(existsSync);
  return found === undefined ? 'not installed' : JSON.parse(readFileSync(found, 'utf8')).version;
}
