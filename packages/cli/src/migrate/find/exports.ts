import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { keyOf, type ModuleValue } from './library-value.js';

/** Exports of a file, as far as they have a value of interest or come from another module. */
export interface Exports<T> {
  readonly named: ReadonlyMap<string, T | ModuleValue>;
  /** Modules of which it re-exports everything. */
  readonly all: readonly string[];
}

type Value = NodePath<t.Node | null | undefined>;

/** Reads the exports of a file, ESM and CommonJS. `module.exports = api` counts as a default export. */
export function exportsOf<T>(
  program: NodePath<t.Program>,
  meaningOf: (value: Value) => T | ModuleValue | undefined,
): Exports<T> {
  const named = new Map<string, T | ModuleValue>();
  const all: string[] = [];
  const note = (name: string | undefined, path: Value): void => {
    const value = name === undefined ? undefined : meaningOf(path);
    if (name !== undefined && value !== undefined) named.set(name, value);
  };
  program.traverse({
    ExportNamedDeclaration(path) {
      noteNamed(path, note, (name, value) => void named.set(name, value));
    },
    ExportDefaultDeclaration(path) {
      note('default', path.get('declaration'));
    },
    ExportAllDeclaration({ node }) {
      all.push(node.source.value);
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
  return { named, all };
}

function noteNamed(
  path: NodePath<t.ExportNamedDeclaration>,
  note: (name: string, value: Value) => void,
  handOn: (name: string, value: ModuleValue) => void,
): void {
  const declaration = path.get('declaration');
  if (declaration.isVariableDeclaration()) {
    for (const declarator of declaration.get('declarations')) {
      if (declarator.node.id.type === 'Identifier') {
        note(declarator.node.id.name, declarator.get('id') as NodePath<t.Identifier>);
      }
    }
  }
  const specifier = path.node.source?.value;
  for (const exported of path.get('specifiers')) {
    if (exported.isExportNamespaceSpecifier() && specifier !== undefined) {
      handOn(exported.node.exported.name, { specifier, name: '*' });
    }
    if (!exported.isExportSpecifier()) continue;
    const { local } = exported.node;
    const name = nameOf(exported.node.exported);
    if (specifier !== undefined) handOn(name, { specifier, name: nameOf(local) });
    else note(name, exported.get('local'));
  }
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value;
}

/** Returns the name of a CommonJS export. `module.exports` is `default`; `exports.x` and `module.exports.x` are `x`. */
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
