import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { FleetEvent, Operations } from './fleet-worker.js';
import { owned } from './processes.js';

type Argument<O extends keyof Operations> = Parameters<Operations[O]>[0];
type Result<O extends keyof Operations> = Awaited<ReturnType<Operations[O]>>;

/** One process of a fleet. */
export interface Member {
  readonly pid: number;
  /** Its messages since its last `start`, in order. */
  readonly events: FleetEvent[];
  ask<O extends keyof Operations>(operation: O, argument?: Argument<O>): Promise<Result<O>>;
  kill(): Promise<void>;
}

/** Real processes. */
export interface Fleet {
  readonly members: readonly Member[];
  /** Sends a task to all of them at once. */
  askAll<O extends keyof Operations>(operation: O, argument?: Argument<O>): Promise<Result<O>[]>;
  /** Starts a new process in place of one that was killed. */
  replace(index: number): Promise<Member>;
  stop(): Promise<void>;
}

export async function startFleet(size: number): Promise<Fleet> {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-fleet-'));
  const program = join(directory, 'worker.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./fleet-worker.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    conditions: ['@breakwater/source'],
    logLevel: 'error',
  });
  const members = await Promise.all(Array.from({ length: size }, () => startMember(program)));
  return {
    members,
    askAll: (operation, argument) => Promise.all(members.map((member) => member.ask(operation, argument))),
    async replace(index) {
      const member = await startMember(program);
      members[index] = member;
      return member;
    },
    async stop() {
      await Promise.all(members.map((member) => member.kill()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startMember(program: string): Promise<Member> {
  // A plain program: the loader of TypeScript would add 90 MB to its heap with the first stack trace.
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  owned(child);
  await once(child, 'message');
  const events: FleetEvent[] = [];
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  child.on('message', (message: FleetEvent | { id: number; result?: never; error?: string }) => {
    if ('event' in message) {
      events.push(message);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) asked?.resolve(message.result as never);
    else asked?.reject(new Error(message.error));
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the process has ended'));
  });
  return {
    pid: child.pid ?? 0,
    events,
    ask(operation, argument) {
      lastId += 1;
      const id = lastId;
      child.send({ id, operation, argument });
      const asked = new Promise<Result<typeof operation>>((resolve, reject) => waiting.set(id, { resolve, reject }));
      // Its former policy is closed by then, and its new one has had no call.
      if (operation !== 'start') return asked;
      return asked.finally(() => {
        events.length = 0;
      });
    },
    kill: () => kill(child),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Resolves when the condition holds. Rejects if it does not hold within `withinMs`. */
export async function until(what: string, withinMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pass(5);
  }
}

/** Returns the present time on the clock of the members' events. */
export function nowMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
