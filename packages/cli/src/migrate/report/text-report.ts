import type { Colors } from '../../command-io.js';
import type { Step } from '../file/source.js';
import type { Finding, Level } from '../finding.js';
import type { RunResult } from '../run.js';
import { unifiedDiff } from './unified-diff.js';

/** Result of a run, for people: the changes, the findings file by file, and the next steps. */
export function textReport(result: RunResult, step: Step, colors: Colors): string {
  const diffs = result.written
    ? []
    : result.changed.map(({ path, before, text }) => unifiedDiff(path, before, text, colors));
  const parts = [
    ...diffs,
    ...[...byFile(result.findings)].map(([file, findings]) => fileReport(file, findings, colors)),
    differencesReport(result.findings, colors),
    summary(result, step, colors),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}`;
}

function byFile(findings: readonly Finding[]): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings) files.set(finding.file, [...(files.get(finding.file) ?? []), finding]);
  return files;
}

function fileReport(file: string, findings: readonly Finding[], colors: Colors): string {
  const lines = findings.flatMap(({ line, column, level, message, advice }) => {
    const place = `${line}:${column}`.padEnd(7);
    const first = `  ${colors.dim(place)} ${LABELS[level](colors)(level.padEnd(7))} ${message}`;
    return advice === undefined ? [first] : [first, `                  ${colors.dim(advice)}`];
  });
  return `${colors.bold(file)}\n${lines.join('\n')}\n`;
}

const LABELS: Readonly<Record<Level, (colors: Colors) => (text: string) => string>> = {
  rewrite: (colors) => colors.green,
  todo: (colors) => colors.yellow,
  note: (colors) => colors.dim,
  error: (colors) => colors.red,
};

function differencesReport(findings: readonly Finding[], colors: Colors): string {
  const differences = [...new Set(findings.flatMap((finding) => finding.differences))];
  if (differences.length === 0) return '';
  return `${colors.bold('What is different with a policy')}\n${differences.map((text) => `  - ${text}`).join('\n')}\n`;
}

function summary({ looked, changed, written, findings }: RunResult, step: Step, colors: Colors): string {
  const counted = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const [todos, notes, errors] = [counted('todo'), counted('note'), counted('error')];
  const files = `${plural(changed.length, 'file')} ${written ? 'rewritten' : 'to rewrite'}`;
  const parts = [
    files,
    `${plural(todos, 'place')} to see to by hand`,
    plural(notes, 'note'),
    ...(errors > 0 ? [plural(errors, 'error')] : []),
  ];
  const lines = [`${plural(looked, 'file')} looked at: ${parts.join(', ')}.`];
  if (!written && changed.length > 0) lines.push('Nothing has been written: `--write` does it.');
  if (written && changed.length > 0) lines.push('Run your formatter and your tests.');
  const canGoOn = step === 'dropin' && findings.some(({ message }) => message.includes('`--to policy` makes it'));
  if (canGoOn && (written || changed.length === 0))
    lines.push('Next step, when this one is in use: `breakwater migrate --to policy`.');
  return `${lines.map((line) => colors.bold(line)).join('\n')}\n`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
