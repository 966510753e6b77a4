import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Client, clientOf } from './client-resolution.js';
import { type Exports, exportsOf } from './exports.js';
import { libraryOf } from './libraries.js';
import { keyOf, type LibraryValue, memberOf, moduleValueOf, withoutWrapping } from './library-value.js';
import { hasOpaqueConfig } from './opaque-config.js';

/** Exports of other files of the project: the library's value behind a name, if it is one. */
export type ImportedValue = (specifier: string, name: string) => LibraryValue | undefined;

/** Library value that a module of the project re-exports. */
export interface HandedOn {
  readonly value: LibraryValue;
  /** Specifier of the module of the project. */
  readonly through: string;
}

/** An axios or got instance that a file exports. */
export interface ExportedInstance {
  /** Equal for the same instance, wherever it is imported. */
  readonly instance: string;
  /** Set if it is created with a config whose keys its file does not show. */
  readonly isOpaque: boolean;
}

/** Instances that are exports of other files of the project. */
export type ImportedInstance = (specifier: string, name: string) => ExportedInstance | undefined;

/** Meaning of a file's imports from other files of the project. */
export interface ProjectImports {
  readonly importedValue: ImportedValue;
  readonly importedInstance: ImportedInstance;
}

/** Returns the exports of a file that it has imported itself, and the instances that it creates. */
export function handedOnBy(file: string, program: NodePath<t.Program>): Exports<ExportedInstance> {
  return exportsOf<ExportedInstance>(program, (value) => {
    const source = moduleValueOf(value);
    if (source !== undefined) return source;
    const client = clientOf(value, () => undefined);
    if (client?.creation === undefined) return undefined;
    return { instance: instanceIn(file, client), isOpaque: hasOpaqueConfig(client.creation, program) };
  });
}

/** Returns a name for the instance that an expression stands for, the same in all files; undefined if unknown. */
export function instanceAt(
  file: string,
  path: NodePath<t.Node | null | undefined> | undefined,
  imported: ImportedInstance,
): string | undefined {
  if (path === undefined) return 'axios';
  const source = moduleValueOf(path);
  const found = source && imported(source.specifier, source.name);
  if (found !== undefined) return found.instance;
  const client = clientOf(path, () => undefined);
  return client && instanceIn(file, client);
}

function instanceIn(file: string, { identity }: Client): string {
  return identity === 'axios' || identity === 'got' ? identity : `${file} ${identity}`;
}

/** Returns the library value that an expression stands for, if the file imports it through a module of the project. */
export function handedOnValueOf(
  path: NodePath<t.Node | null | undefined>,
  imported: ImportedValue,
): HandedOn | undefined {
  const source = moduleValueOf(path);
  if (source !== undefined) {
    if (libraryOf(source.specifier) !== undefined) return undefined;
    // `module.exports = axiosRetry` makes the module its default export, too.
    const names = source.name === '*' ? ['*', 'default'] : [source.name];
    const value = names.map((name) => imported(source.specifier, name)).find((found) => found !== undefined);
    return value && { value, through: source.specifier };
  }
  const bare = withoutWrapping(path);
  if (!bare.isMemberExpression() && !bare.isOptionalMemberExpression()) return undefined;
  const owner = handedOnValueOf(bare.get('object') as NodePath<t.Node>, imported);
  const value = owner && memberOf(owner.value, keyOf(bare.node));
  return value && { value, through: owner.through };
}
