import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ended by force after that long. */
  readonly longestMs?: number;
}

/** Exit of a process, with its output. */
export interface Ended {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined;
  readonly tooLong: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with the whole group of its processes. Rejects only if it cannot be started. */
export function runChild(file: string, args: readonly string[], options: ChildOptions): Promise<Ended> {
  const { cwd, env, longestMs = 120_000 } = options;
  const child = spawn(file, args, {
    cwd,
    env: { ...cleanEnvironment(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  groups.add(child.pid);
  let [stdout, stderr, tooLong] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => {
    tooLong = true;
    killGroup(child.pid);
  }, longestMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      groups.delete(child.pid);
      resolve({ code: code ?? undefined, tooLong, stdout, stderr });
    });
  });
}

/** The process has ended meanwhile. */
export function endChildren(): void {
  for (const pid of groups) killGroup(pid);
}

const groups = new Set<number | undefined>();
process.once('exit', endChildren);

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/**
 * npm's variables for the scripts of this repository must not reach the npm of another project, nor a proxy a client on
 * loopback.
 */
const NOT_PASSED_ON =
  /^(npm_(config_(workspaces?|local_prefix|include_workspace_root|silent|loglevel)|lifecycle_|package_).*|npm_(command|execpath)|INIT_CWD|NODE_OPTIONS|NODE_V8_COVERAGE|JEST_WORKER_ID|BREAKWATER_MODE|FORCE_COLOR)$/i;

export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_PASSED_ON.test(name)));
}
