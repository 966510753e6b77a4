import { dependencyFindings } from './dependencies.js';
import type { Step } from './file/source.js';
import { findFiles } from './find-files.js';
import type { Finding } from './finding.js';
import { type MigratedFile, migrateProject, type ProjectFile } from './migrate-project.js';
import { readSource, writeSource } from './read-file.js';

/** Options of a run. */
export interface RunOptions {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly step: Step;
  readonly write: boolean;
  readonly onProgress: (text: string) => void;
}

/** Result of a run. */
export interface RunResult {
  /** Number of files that were read, with or without findings. */
  readonly looked: number;
  /** Files that have been changed, or would be. */
  readonly changed: readonly MigratedFile[];
  /** Tells if they have been written. */
  readonly written: boolean;
  readonly findings: readonly Finding[];
}

/** Reads all files before it writes the first one, because the result for each depends on the others. */
export async function run({ paths, cwd, step, write, onProgress }: RunOptions): Promise<RunResult> {
  onProgress('looking for files');
  const found = await findFiles(paths, cwd);
  const sources: ProjectFile[] = [];
  const findings: Finding[] = [...found.findings];
  for (const [index, path] of found.files.entries()) {
    if (index % 100 === 0) onProgress(`reading ${index + 1} of ${found.files.length} files`);
    const result = await readSource(path, cwd);
    if (result.kind === 'text') sources.push(result.file);
    if (result.kind === 'finding') findings.push(result.finding);
  }
  const migrated = migrateProject(sources, step, (done, of) => {
    if (done % 10 === 0) onProgress(`looking into ${Math.ceil(done / 2)} of ${of / 2} files`);
  });
  findings.push(...migrated.flatMap((file) => file.findings), ...dependencyFindings(migrated, cwd));
  const changed = migrated.filter(({ text, before }) => text !== before);
  if (!write) return { looked: found.files.length, changed, written: false, findings };
  const failed = new Set<string>();
  for (const file of changed) {
    const trouble = await writeSource(file, file.before, cwd);
    if (trouble === undefined) continue;
    failed.add(file.path);
    findings.push(trouble);
  }
  return {
    looked: found.files.length,
    changed: changed.filter(({ path }) => !failed.has(path)),
    written: true,
    findings,
  };
}

/** Work that remains after the run, for another run or for the user. */
export function leftOver({ findings, written }: RunResult): readonly Finding[] {
  return findings.filter(({ level }) => level === 'todo' || level === 'error' || (level === 'rewrite' && !written));
}
