import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Exports, exportsOf } from './exports.js';
import { libraryOf } from './libraries.js';
import { keyOf, type LibraryValue, memberOf, moduleValueOf, withoutWrapping } from './library-value.js';

/** Exports of other files of the project: the value of a library behind a name, if it is one. */
export type ImportedValue = (specifier: string, name: string) => LibraryValue | undefined;

/** Value of a library that a module of the project hands on. */
export interface HandedOn {
  readonly value: LibraryValue;
  /** Specifier of the module of the project. */
  readonly through: string;
}

/** Exports of a file that it has imported itself. */
export function handedOnBy(program: NodePath<t.Program>): Exports<never> {
  return exportsOf<never>(program, (value) => moduleValueOf(value));
}

/** Returns what of a library an expression stands for, if the file has it through a module of the project. */
export function handedOnValueOf(
  path: NodePath<t.Node | null | undefined>,
  imported: ImportedValue,
): HandedOn | undefined {
  const source = moduleValueOf(path);
  if (source !== undefined) {
    if (libraryOf(source.specifier) !== undefined) return undefined;
    // `module.exports = axiosRetry`: the module is its default export.
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
