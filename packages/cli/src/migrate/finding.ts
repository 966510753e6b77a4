/**
 * Consequence of a finding. `rewrite`: it is changed, or would be with `--write`. `todo`: the user has to look. `note`:
 * worth knowing, but nothing is missing. `error`: the file could not be read.
 */
export type Level = 'rewrite' | 'todo' | 'note' | 'error';

/** Subject of a finding. */
export type Topic =
  | 'axios-instance'
  | 'axios-retry'
  | 'retry-axios'
  | 'got-retry'
  | 'hand-written-interceptor'
  | 'hand-written-loop'
  | 'retry-wrapper'
  | 'dependency'
  | 'file';

/** A statement about one place in the code. */
export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly level: Level;
  readonly topic: Topic;
  /** The code that was found, or the change. */
  readonly message: string;
  /** The next step; undefined if there is none. */
  readonly advice: string | undefined;
  /** Differences in the behaviour of the rewritten code, one sentence each. */
  readonly differences: readonly string[];
}

/** A place in a file, as a syntax tree has it. */
export interface Place {
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } } | null | undefined;
}

export function findingAt(
  file: string,
  place: Place | undefined,
  level: Level,
  topic: Topic,
  message: string,
  advice?: string | undefined,
  differences: readonly string[] = [],
): Finding {
  const start = place?.loc?.start;
  return { file, line: start?.line ?? 1, column: (start?.column ?? 0) + 1, level, topic, message, advice, differences };
}
