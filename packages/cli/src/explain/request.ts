import type { PolicySource } from './policy-source.js';
import type { WarningId } from './warning.js';

/** Options of the command line, as commander reads them. */
export interface ExplainOptions {
  readonly export?: string;
  readonly preset?: string;
  readonly rate?: number;
  readonly timeout?: number;
  readonly json?: boolean;
  /** True if no file is named. */
  readonly markdown?: string | true;
  readonly check?: boolean;
  readonly ignore?: readonly WarningId[];
  readonly strict?: boolean;
}

/** Returns the command that makes the same document, without options that have no effect on it. */
export function commandLine(source: PolicySource, { rate, timeout, ignore = [], markdown }: ExplainOptions): string {
  const words = [
    'breakwater explain',
    ...(source.kind === 'preset' ? ['--preset', source.name] : [quoted(source.path)]),
    ...(source.kind === 'file' && source.exportName !== undefined ? ['--export', quoted(source.exportName)] : []),
    ...(rate === undefined ? [] : ['--rate', String(rate)]),
    ...(timeout === undefined ? [] : ['--timeout', String(timeout)]),
    ...ignore.flatMap((id) => ['--ignore', id]),
    '--markdown',
    ...(typeof markdown === 'string' ? [quoted(markdown)] : []),
  ];
  return words.join(' ');
}

function quoted(word: string): string {
  return /^[\w./@:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
