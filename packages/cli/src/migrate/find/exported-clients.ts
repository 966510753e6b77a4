import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type ClientKind, clientOf, type ImportedClient } from './client-resolution.js';
import { keyOf } from './library-value.js';

/** Clients that a file exports: made in it, or re-exported from another file. */
export type ExportedClients = ReadonlyMap<string, ClientKind | HandedOn>;

/** `export { name } from 'specifier'`; under the key `*`, all of what the other file exports. */
export interface HandedOn {
  readonly specifier: string;
  readonly name: string;
}

/** The clients among the exports of a file, ESM and CommonJS. `module.exports = api` counts as a default export. */
export function exportedClients(program: NodePath<t.Program>): ExportedClients {
  const found = new Map<string, ClientKind | HandedOn>();
  const note = (name: string | undefined, value: NodePath<t.Node | null | undefined>): void => {
    const client = name === undefined ? undefined : clientOf(value, nothingImported);
    if (name !== undefined && client !== undefined) found.set(name, client.kind);
  };
  program.traverse({
    ExportNamedDeclaration(path) {
      noteNamed(path, note, found);
    },
    ExportDefaultDeclaration(path) {
      note('default', path.get('declaration'));
    },
    ExportAllDeclaration({ node }) {
      found.set('*', { specifier: node.source.value, name: '*' });
    },
    AssignmentExpression(path) {
      const target = commonJsName(path.node.left);
      if (target === undefined) return;
      const right = path.get('right');
      note(target, right);
      if (target !== 'default' || !right.isObjectExpression()) return;
      for (const property of right.get('properties')) {
        if (property.isObjectProperty()) note(keyOf(property.node), property.get('value'));
      }
    },
  });
  return found;
}

const nothingImported: ImportedClient = () => undefined;

type Note = (name: string | undefined, value: NodePath<t.Node | null | undefined>) => void;

function noteNamed(
  path: NodePath<t.ExportNamedDeclaration>,
  note: Note,
  found: Map<string, ClientKind | HandedOn>,
): void {
  const declaration = path.get('declaration');
  if (declaration.isVariableDeclaration()) {
    for (const declarator of declaration.get('declarations')) {
      if (declarator.node.id.type === 'Identifier') {
        note(declarator.node.id.name, declarator.get('id') as NodePath<t.Identifier>);
      }
    }
  }
  for (const specifier of path.get('specifiers')) {
    if (!specifier.isExportSpecifier()) continue;
    const { exported, local } = specifier.node;
    const name = exported.type === 'Identifier' ? exported.name : exported.value;
    if (path.node.source) found.set(name, { specifier: path.node.source.value, name: local.name });
    else note(name, specifier.get('local'));
  }
}

/** `module.exports` is `default`; `exports.x` and `module.exports.x` are `x`. */
function commonJsName(target: t.Node): string | undefined {
  if (isModuleExports(target)) return 'default';
  if (target.type !== 'MemberExpression') return undefined;
  const { object } = target;
  const isExports = object.type === 'Identifier' && object.name === 'exports';
  return isExports || isModuleExports(object) ? keyOf(target) : undefined;
}

function isModuleExports(node: t.Node): boolean {
  if (node.type !== 'MemberExpression') return false;
  return node.object.type === 'Identifier' && node.object.name === 'module' && keyOf(node) === 'exports';
}
