import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Survey, surveyOf } from './file/file-summary.js';
import { type PolicyVerdict, policyVerdict } from './file/migration-gate.js';
import type { Context, Step } from './file/source.js';
import { exportIndex } from './find/export-index.js';
import type { Exports } from './find/exports.js';
import { type ExportedInstance, handedOnBy, type ProjectImports } from './find/handed-on.js';
import { libraryOf, type RetryLibrary, requestKeys } from './find/libraries.js';
import type { LibraryValue, ModuleValue } from './find/library-value.js';
import { type Finding, findingAt } from './finding.js';
import { type Migrated, migrateSource } from './findings/migrate-file.js';
import { programOf, troubleOf } from './parse/syntax.js';

/** A file as it was read. */
export interface ProjectFile {
  /** With `/` between its parts. */
  readonly path: string;
  readonly text: string;
}

/** A file as it should be. */
export interface MigratedFile extends Migrated {
  readonly path: string;
  readonly before: string;
}

/** Reads each file three times, because its result depends on the others. Their order does not matter. */
export function migrateProject(
  files: readonly ProjectFile[],
  step: Step,
  onProgress: (done: number, of: number) => void = () => {},
): MigratedFile[] {
  const surveys = new Map<string, Survey>();
  const troubles = new Map<string, Finding>();
  const relevant = files.filter(({ text }) => mayMatter(text));
  let done = 0;
  const tick = (): void => onProgress(++done, 3 * relevant.length);
  const handedOn = new Map<string, Exports<ExportedInstance>>();
  for (const { path, text } of relevant) {
    const outcome = attempt(path, text, (program) => handedOnBy(path, program));
    if (outcome?.ok) handedOn.set(path, outcome.value);
    tick();
  }
  const values = exportIndex<LibraryValue | ExportedInstance>(handedOn, valueOfPackage);
  const importsOf = (path: string): ProjectImports => {
    const find = values.importedBy(path);
    return {
      importedValue(specifier, name) {
        const found = find(specifier, name);
        return found !== undefined && 'library' in found ? found : undefined;
      },
      importedInstance(specifier, name) {
        const found = find(specifier, name);
        return found !== undefined && 'instance' in found ? found : undefined;
      },
    };
  };
  for (const { path, text } of relevant) {
    const outcome = attempt(path, text, (program) => surveyOf(path, program, text, importsOf(path)));
    if (outcome?.ok) surveys.set(path, outcome.value);
    else if (outcome) troubles.set(path, outcome.finding);
    tick();
  }
  const index = exportIndex(new Map([...surveys].map(([path, { clients }]) => [path, clients])));
  const verdictOn = (library: RetryLibrary): PolicyVerdict => {
    const isUnread = ({ path, text }: ProjectFile) => troubles.has(path) && text.includes(requestKeys[library]);
    return policyVerdict(
      library,
      surveys,
      relevant.filter(isUnread).map(({ path }) => path),
    );
  };
  const verdicts = { 'axios-retry': verdictOn('axios-retry'), 'retry-axios': verdictOn('retry-axios') };
  const setUps = new Map<string, RetryLibrary>();
  for (const { setUps: own } of surveys.values()) {
    for (const [instance, library] of own) if (instance !== undefined) setUps.set(instance, library);
  }
  return relevant.flatMap((file) => {
    tick();
    const trouble = troubles.get(file.path);
    if (trouble !== undefined) return [unchanged(file, [trouble])];
    if (!surveys.has(file.path)) return [];
    const imported = index.importedBy(file.path);
    return [migrateFile(file, { step, verdicts, imported, setUps, ...importsOf(file.path) })];
  });
}

function valueOfPackage(value: ModuleValue): LibraryValue | undefined {
  const library = libraryOf(value.specifier);
  return library && { ...value, library };
}

/** Tells if a file can have anything to do with the migration. Files that cannot are not parsed. */
export function mayMatter(text: string): boolean {
  // A barrel file names no library, but re-exports what matters.
  return /axios|interceptors|raxConfig|\bgot\b|attempt|retr(y|ies)|export\s*(\*|\{[^}]*\})\s*from/i.test(text);
}

function migrateFile(file: ProjectFile, context: Context): MigratedFile {
  const { path, text } = file;
  const outcome = attempt(path, text, (program) => migrateSource(path, text, program, context));
  if (!outcome?.ok) return unchanged(file, outcome ? [outcome.finding] : []);
  const migrated = outcome.value;
  if (migrated.text === text) return { path, before: text, ...migrated };
  // A file that we could not parse again must not be written.
  const check = attempt(path, migrated.text, () => true);
  if (check?.ok === false) {
    const message = `the rewritten file would not parse, so it stays as it is: ${check.finding.message}`;
    return unchanged(file, [{ ...check.finding, message }]);
  }
  return { path, before: text, ...migrated };
}

function unchanged({ path, text }: ProjectFile, findings: readonly Finding[]): MigratedFile {
  return { path, before: text, text, findings };
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly finding: Finding };

/** Returns undefined for a file without a script. */
function attempt<T>(path: string, text: string, look: (program: NodePath<t.Program>) => T): Attempt<T> | undefined {
  try {
    const program = programOf(path, text);
    return program && { ok: true, value: look(program) };
  } catch (error) {
    const trouble = troubleOf(error);
    return {
      ok: false,
      finding: findingAt(
        path,
        trouble,
        'error',
        'file',
        trouble.message,
        'Migrate it by hand, or mend it and migrate again.',
      ),
    };
  }
}
