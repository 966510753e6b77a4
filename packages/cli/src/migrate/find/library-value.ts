import type { Binding, NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Library, libraryOf } from './libraries.js';

/** Something that a library exports. */
export interface LibraryValue {
  readonly library: Library;
  /** As written in the code. */
  readonly specifier: string;
  /** The export's name; `*` for the module itself, `default` for its default export. Statics count as exports. */
  readonly name: string;
}

/** Something that a module exports, of a library or of the project. */
export type ModuleValue = Pick<LibraryValue, 'specifier' | 'name'>;

/** Returns the library value that an expression stands for. */
export function libraryValueOf(path: NodePath<t.Node | null | undefined>): LibraryValue | undefined {
  const value = moduleValueOf(path);
  const library = value && libraryOf(value.specifier);
  return library && { ...value, library };
}

/**
 * Follows imports, `require`, constants, destructuring and type assertions to the value that an expression stands for.
 */
export function moduleValueOf(path: NodePath<t.Node | null | undefined>, depth = 0): ModuleValue | undefined {
  const bare = withoutWrapping(path);
  if (depth > MAX_DEPTH) return undefined;
  if (bare.isIdentifier()) {
    const binding = bare.scope.getBinding(bare.node.name);
    return binding && valueOfBinding(binding, depth + 1);
  }
  if (bare.isMemberExpression() || bare.isOptionalMemberExpression()) {
    return memberOf(moduleValueOf(bare.get('object') as NodePath<t.Node>, depth + 1), keyOf(bare.node));
  }
  if (bare.isCallExpression()) return moduleOfCall(bare, depth);
  return bare.isAwaitExpression() ? moduleValueOf(bare.get('argument'), depth + 1) : undefined;
}

/** Returns the expression inside parentheses, type assertions, `!` and `(0, x)`. */
export function withoutWrapping(path: NodePath<t.Node | null | undefined>): NodePath<t.Node | null | undefined> {
  if (
    path.isTSAsExpression() ||
    path.isTSSatisfiesExpression() ||
    path.isTSNonNullExpression() ||
    path.isTSTypeAssertion() ||
    path.isParenthesizedExpression() ||
    path.isTypeCastExpression()
  ) {
    return withoutWrapping(path.get('expression') as NodePath<t.Expression>);
  }
  if (path.isSequenceExpression()) return withoutWrapping(path.get('expressions').at(-1) as NodePath<t.Expression>);
  return path;
}

/** Returns the name of a member, a property or a class member; undefined if it is computed. */
export function keyOf(node: {
  readonly computed?: boolean | null | undefined;
  readonly property?: t.Node;
  readonly key?: t.Node;
}): string | undefined {
  const key = node.property ?? node.key;
  if (key?.type === 'StringLiteral') return key.value;
  if (key?.type === 'PrivateName') return `#${key.id.name}`;
  return key?.type === 'Identifier' && node.computed !== true ? key.name : undefined;
}

/** Deeper than real code: a longer chain is circular. */
const MAX_DEPTH = 30;

function valueOfBinding({ path, constant, identifier }: Binding, depth: number): ModuleValue | undefined {
  const specifier = path.parentPath?.isImportDeclaration() ? path.parentPath.node.source.value : undefined;
  if (specifier !== undefined) {
    if (path.isImportDefaultSpecifier()) return { specifier, name: 'default' };
    if (path.isImportNamespaceSpecifier()) return { specifier, name: '*' };
    if (path.isImportSpecifier()) return { specifier, name: nameOf(path.node.imported) };
  }
  if (path.isTSImportEqualsDeclaration()) {
    const { moduleReference } = path.node;
    const isModule = moduleReference.type === 'TSExternalModuleReference';
    return isModule ? { specifier: moduleReference.expression.value, name: '*' } : undefined;
  }
  if (!path.isVariableDeclarator() || !constant) return undefined;
  const init = path.get('init');
  if (path.node.id.type === 'Identifier') return moduleValueOf(init, depth);
  if (path.node.id.type !== 'ObjectPattern') return undefined;
  const property = path.node.id.properties.find(
    (entry) => entry.type === 'ObjectProperty' && entry.value === identifier,
  );
  return property?.type === 'ObjectProperty' ? memberOf(moduleValueOf(init, depth), keyOf(property)) : undefined;
}

/** Returns a member of a module or of its default export. */
export function memberOf<T extends ModuleValue>(value: T | undefined, key: string | undefined): T | undefined {
  if (value === undefined || key === undefined) return undefined;
  if (value.name !== '*' && value.name !== 'default') return undefined;
  return { ...value, name: key };
}

/** Returns the module in `require('x')`, `import('x')`, and the functions that compilers wrap around them. */
function moduleOfCall(path: NodePath<t.CallExpression>, depth: number): ModuleValue | undefined {
  const callee = path.get('callee');
  const [argument] = path.get('arguments');
  if (argument === undefined) return undefined;
  if (isRequire(callee) || callee.isImport()) {
    return argument.isStringLiteral() ? { specifier: argument.node.value, name: '*' } : undefined;
  }
  const isInterop = callee.isIdentifier() && INTEROP.has(callee.node.name);
  return isInterop ? moduleValueOf(argument, depth + 1) : undefined;
}

/** Tells if this is `require`, from Node or made by `createRequire`. */
export function isRequire(callee: NodePath<t.Node | null | undefined>): boolean {
  if (!callee.isIdentifier({ name: 'require' })) return false;
  const binding = callee.scope.getBinding('require');
  const init = binding?.path.isVariableDeclarator() ? binding.path.node.init : undefined;
  const isMade = init?.type === 'CallExpression' && init.callee.type === 'Identifier';
  return binding === undefined || (isMade && (init.callee as t.Identifier).name === 'createRequire');
}

const INTEROP = new Set([
  '_interopRequireDefault',
  '_interopRequireWildcard',
  '__importDefault',
  '__importStar',
  '__toESM',
  '_interopDefault',
]);

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value;
}
