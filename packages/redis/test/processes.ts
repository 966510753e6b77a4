import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Ends the child with this process, also if the test fails. */
export function owned(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}
