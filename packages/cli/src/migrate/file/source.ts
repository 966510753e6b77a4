import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { ImportedClient } from '../find/client-resolution.js';
import type { ProjectImports } from '../find/handed-on.js';
import type { RetryLibrary } from '../find/libraries.js';
import type { Sightings } from '../find/library-usages.js';
import type { SourceEdits } from '../text/source-edits.js';
import type { PolicyVerdict } from './migration-gate.js';

/** A file under migration, with what is known about it and what must change. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly program: NodePath<t.Program>;
  readonly comments: readonly t.Comment[];
  readonly sightings: Sightings;
  readonly edits: SourceEdits;
  /** Names that edits have imported. */
  readonly provided: Set<string>;
}

/** Extent of the migration: the same behaviour from other packages, or policies. */
export type Step = 'dropin' | 'policy';

/** Input for the migration of a file. */
export interface Context extends ProjectImports {
  readonly step: Step;
  readonly verdicts: Readonly<Record<RetryLibrary, PolicyVerdict>>;
  readonly imported: ImportedClient;
  /** The instances that are set up anywhere in the project, by their names, with the library. */
  readonly setUps: ReadonlyMap<string, RetryLibrary>;
}
