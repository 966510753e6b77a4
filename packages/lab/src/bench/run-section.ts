import { fork } from 'node:child_process';
import type { Built } from './built.js';
import type { Effort, Group, SectionName } from './group.js';
import type { SectionAnswer, SectionOrder } from './section.js';

/** Bytecode that waits for its turn for long would be thrown away, and its batch would pay for compiling it again. */
const FLAGS = ['--expose-gc', '--no-flush-bytecode'];

/** Runs a section in a process of its own. Rejects if the process fails, and when `signal` ends it. */
export function runSection(
  section: SectionName,
  effort: Effort,
  built: Built,
  signal: AbortSignal,
): Promise<readonly Group[]> {
  return new Promise((resolve, reject) => {
    const child = fork(built.section, [], { execArgv: FLAGS, signal, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let groups: readonly Group[] | undefined;
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('message', (answer: SectionAnswer) => {
      groups = answer.groups;
    });
    child.once('close', (code, killedBy) => {
      if (groups === undefined) reject(new Error(`${section} ended without figures (${killedBy ?? code})\n${stderr}`));
      else resolve(groups);
    });
    child.send({ section, effort } satisfies SectionOrder);
  });
}
