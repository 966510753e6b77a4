import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A child that does not outlive this process, whatever becomes of the test. */
export function owned(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}
