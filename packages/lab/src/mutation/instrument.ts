import { readFileSync } from 'node:fs';
import { Instrumenter } from '@stryker-mutator/instrumenter';

/** One small mistake. */
export interface Mutant {
  readonly id: string;
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly kind: string;
  readonly original: string;
  readonly replacement: string;
}

export interface Instrumented {
  /** Source text by absolute path, with all mutants behind switches. */
  readonly texts: ReadonlyMap<string, string>;
  readonly mutants: readonly Mutant[];
}

/** Puts all mutants of the files into their text, each behind a switch that the id of the active mutant turns. */
export async function instrument(files: readonly string[]): Promise<Instrumented> {
  const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const result = await new Instrumenter(silent).instrument(
    [...sources].map(([name, content]) => ({ name, content, mutate: true })),
    { plugins: null, excludedMutations: [], ignorers: [] },
  );
  return {
    texts: new Map(result.files.map(({ name, content }) => [name, withoutHeader(content)])),
    mutants: result.mutants.map(({ id, fileName, location: { start, end }, mutatorName, replacement }) => ({
      id,
      file: fileName,
      line: start.line + 1,
      kind: mutatorName,
      original: between(sources.get(fileName) ?? '', start, end),
      replacement: replacement ?? '',
    })),
  };
}

/** Functions that the instrumenter puts at the top of each file. The process that runs the mutants has its own. */
const HEADER = /function stryNS_9fa48\(\) \{[\s\S]*?\nfunction stryMutAct_9fa48\(id\) \{[\s\S]*?\n\}\n/;

function withoutHeader(text: string): string {
  return text.replace(HEADER, '');
}

interface Position {
  readonly line: number;
  readonly column: number;
}

function between(text: string, start: Position, end: Position): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column : 0, index === last ? end.column : undefined))
    .join('\n');
}

const nothing = (): void => {};
const off = (): boolean => false;
const silent = {
  isTraceEnabled: off,
  isDebugEnabled: off,
  isInfoEnabled: off,
  isWarnEnabled: off,
  isErrorEnabled: off,
  isFatalEnabled: off,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
};
