import { fork } from 'node:child_process';
import type { Built } from './built.js';
import type { Effort, SectionName } from './group.js';
import type { SectionAnswer, SectionOrder } from './section.js';

/** Bytecode that waits for its turn for long would be thrown away, and its batch would pay for compiling it again. */
const FLAGS = ['--expose-gc', '--no-flush-bytecode'];
/** Allocations of a batch must fit into the young generation, or they would be collected before they are counted. */
const ROOM = ['--min-semi-space-size=64', '--max-semi-space-size=64'];
const COUNTING: readonly SectionName[] = ['allocation', 'bad-day'];

/** Runs a section in a process of its own. Rejects if the process fails, and when `signal` ends it. */
export function runSection(
  section: SectionName,
  effort: Effort,
  built: Built,
  signal: AbortSignal,
  /** Path of the Node that measures. */
  execPath = process.execPath,
): Promise<SectionAnswer> {
  const execArgv = COUNTING.includes(section) ? [...FLAGS, ...ROOM] : FLAGS;
  return new Promise((resolve, reject) => {
    const child = fork(built.section, [], { execPath, execArgv, signal, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let answer: SectionAnswer | undefined;
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('message', (message: SectionAnswer) => {
      answer = message;
    });
    child.once('close', (code, killedBy) => {
      if (answer === undefined) reject(new Error(`${section} ended without figures (${killedBy ?? code})\n${stderr}`));
      else resolve(answer);
    });
    child.send({ section, effort } satisfies SectionOrder);
  });
}
