import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Step } from '../../src/migrate/file/source.js';
import { type MigratedFile, migrateProject, type ProjectFile } from '../../src/migrate/migrate-project.js';

/**
 * A piece of code before and after `--to policy`, as a Markdown file: blocks of code with `before <path>` or
 * `after <path>` behind the language, and the findings. A file without an `after` stays as it is.
 */
export interface CorpusCase {
  readonly name: string;
  readonly title: string;
  readonly before: readonly ProjectFile[];
  readonly after: readonly ProjectFile[];
  readonly findings: readonly string[];
}

export const corpusDirectory = fileURLToPath(new URL('corpus/', import.meta.url));

export function corpusCases(): CorpusCase[] {
  return readdirSync(corpusDirectory)
    .filter((file) => file.endsWith('.md'))
    .map((file) => parseCase(file.replace(/\.md$/, ''), readFileSync(`${corpusDirectory}${file}`, 'utf8')));
}

export function parseCase(name: string, text: string): CorpusCase {
  const blocks = [...text.matchAll(/^```\w+ (before|after|findings) ?(\S*)\n([\s\S]*?)^```$/gm)];
  const files = (role: string) =>
    blocks.filter(([, found]) => found === role).map(([, , path = '', code = '']) => ({ path, text: code }));
  const before = files('before');
  const changed = new Map(files('after').map((file) => [file.path, file.text]));
  const [, , , findings = ''] = blocks.find(([, role]) => role === 'findings') ?? [];
  return {
    name,
    title: /^# (.+)$/m.exec(text)?.[1] ?? '',
    before,
    after: before.map((file) => ({ path: file.path, text: changed.get(file.path) ?? file.text })),
    findings: findings.split('\n').filter((line) => line !== ''),
  };
}

/** Returns the result of migrating a case, in the terms of the corpus. */
export function migrated(files: readonly ProjectFile[], step: Step): Pick<CorpusCase, 'after' | 'findings'> {
  const results = new Map(migrateProject(files, step).map((file): [string, MigratedFile] => [file.path, file]));
  return {
    after: files.map(({ path, text }) => ({ path, text: results.get(path)?.text ?? text })),
    findings: [...results.values()].flatMap((file) =>
      file.findings.map(({ line, level, topic, message }) => `${file.path}:${line} ${level} ${topic}: ${message}`),
    ),
  };
}
