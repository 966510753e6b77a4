/**
 * What is to be done about a finding. `rewrite`: nothing, it is (or with `--write` would be) changed. `todo`: a person has to
 * look. `note`: worth knowing, nothing is missing. `error`: the file could not be looked at.
 */
export type Level = 'rewrite' | 'todo' | 'note' | 'error';

/** What a finding is about. */
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

/** Something that the migration has to say about one place in the code. */
export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly level: Level;
  readonly topic: Topic;
  /** What was found, or what is rewritten into what. */
  readonly message: string;
  /** What to do next; undefined where there is nothing to do. */
  readonly advice: string | undefined;
  /** How the rewritten code behaves differently, one sentence each. */
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
