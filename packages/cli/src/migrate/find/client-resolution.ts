import type { Binding, NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { keyOf, type LibraryValue, libraryValueOf, withoutWrapping } from './library-value.js';

export type ClientKind = 'axios' | 'got';

/** An axios or got instance that an expression stands for. */
export interface Client {
  readonly kind: ClientKind;
  /** Equal for expressions that are known to stand for the same instance. */
  readonly identity: string;
  /** The call of `axios.create()` or `got.extend()` in the file; undefined if it is made elsewhere. */
  readonly creation: t.CallExpression | undefined;
}

/** Exports of other files: the kind of client behind a name, if known. */
export type ImportedClient = (specifier: string, name: string) => ClientKind | undefined;

/** Returns the instance that an expression stands for; undefined if it stands for none, or it is unknown. */
export function clientOf(
  path: NodePath<t.Node | null | undefined>,
  imported: ImportedClient,
  depth = 0,
): Client | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const bare = withoutWrapping(path);
  const known = clientOfValue(libraryValueOf(bare));
  if (known !== undefined) return known;
  if (bare.isCallExpression()) return clientOfCall(bare, imported, depth + 1);
  if (bare.isIdentifier()) {
    const binding = bare.scope.getBinding(bare.node.name);
    return binding && clientOfBinding(binding, imported, depth + 1);
  }
  if (bare.isMemberExpression() || bare.isOptionalMemberExpression()) {
    return clientOfMember(bare as NodePath<t.MemberExpression>, imported, depth + 1);
  }
  if (bare.isLogicalExpression()) {
    return clientOf(bare.get('left'), imported, depth + 1) ?? clientOf(bare.get('right'), imported, depth + 1);
  }
  return bare.isAssignmentExpression() ? clientOf(bare.get('right'), imported, depth + 1) : undefined;
}

/** Deeper than real code: a longer chain is circular. */
const MAX_DEPTH = 12;

/** Members under which frameworks (NestJS, Nuxt) provide an axios instance. */
const WELL_KNOWN_MEMBERS = new Set(['axiosRef', '$axios']);

const TYPES: ReadonlyMap<string, ClientKind> = new Map([
  ['axios AxiosInstance', 'axios'],
  ['axios AxiosStatic', 'axios'],
  ['axios Axios', 'axios'],
  ['got Got', 'got'],
]);

function clientOfValue(value: LibraryValue | undefined): Client | undefined {
  if (value?.library !== 'axios' && value?.library !== 'got') return undefined;
  const isClient = ['*', 'default', value.library].includes(value.name);
  return isClient ? { kind: value.library, identity: value.library, creation: undefined } : undefined;
}

function clientOfCall(path: NodePath<t.CallExpression>, imported: ImportedClient, depth: number): Client | undefined {
  const callee = path.get('callee');
  const value = libraryValueOf(callee);
  if (value !== undefined) {
    const kind =
      (value.library === 'axios' && value.name === 'create' && 'axios') ||
      (value.library === 'got' && value.name === 'extend' && 'got');
    if (kind) return created(kind, path.node);
    if (value.library === '@breakwater/axios' && value.name === 'createChild') return created('axios', path.node);
  }
  const required = requiredFile(path);
  if (required !== undefined) {
    return fromFile(required, 'default', imported);
  }
  if (callee.isMemberExpression()) {
    const parent = clientOf(callee.get('object'), imported, depth);
    const maker = parent?.kind === 'axios' ? 'create' : 'extend';
    return parent !== undefined && keyOf(callee.node) === maker ? created(parent.kind, path.node) : undefined;
  }
  return callee.isIdentifier() ? clientOfFunction(callee, imported, depth) : undefined;
}

/** Returns the specifier in `require('./file')`. */
function requiredFile({ node }: NodePath<t.CallExpression>): string | undefined {
  const [argument] = node.arguments;
  const isRequire = node.callee.type === 'Identifier' && node.callee.name === 'require';
  return isRequire && argument?.type === 'StringLiteral' ? argument.value : undefined;
}

function created(kind: ClientKind, creation: t.CallExpression): Client {
  return { kind, identity: `made:${creation.start}`, creation };
}

/** Returns the result of a function of the same file. */
function clientOfFunction(callee: NodePath<t.Identifier>, imported: ImportedClient, depth: number): Client | undefined {
  const path = callee.scope.getBinding(callee.node.name)?.path;
  const definition = path?.isVariableDeclarator() ? path.get('init') : path;
  if (!definition?.isFunction()) return undefined;
  const body = definition.get('body') as NodePath<t.BlockStatement | t.Expression>;
  if (!body.isBlockStatement()) return clientOf(body, imported, depth);
  const last = body.get('body').at(-1);
  return last?.isReturnStatement() ? clientOf(last.get('argument'), imported, depth) : undefined;
}

function clientOfBinding(binding: Binding, imported: ImportedClient, depth: number): Client | undefined {
  const { path, identifier } = binding;
  const identity = `name:${identifier.name}@${identifier.start}`;
  const parent = path.parentPath;
  if (parent?.isImportDeclaration()) {
    const kind = imported(parent.node.source.value, exportName(path));
    return kind && { kind, identity, creation: undefined };
  }
  const typed = identifier.typeAnnotation;
  const kindByType = typed == null ? undefined : kindOfType(typed, path);
  if (path.isVariableDeclarator() && path.node.id.type === 'Identifier') {
    const maker = path.node.init != null ? path.get('init') : onlyAssignment(binding);
    const known = maker && clientOf(maker, imported, depth);
    // `const api = axios` is axios itself; a new instance is known by its name from here on.
    if (known) return known.identity.startsWith('made:') ? { ...known, identity } : known;
  }
  if (path.isVariableDeclarator() && path.node.id.type === 'ObjectPattern') {
    const pattern = path.node.id.properties.find(
      (entry) => entry.type === 'ObjectProperty' && entry.value === identifier,
    );
    const init = path.get('init');
    const required = init.isCallExpression() ? requiredFile(init) : undefined;
    const key = pattern?.type === 'ObjectProperty' ? keyOf(pattern) : undefined;
    const kind = required !== undefined && key !== undefined ? imported(required, key) : undefined;
    if (kind) return { kind, identity, creation: undefined };
  }
  return kindByType && { kind: kindByType, identity, creation: undefined };
}

function exportName(path: NodePath): string {
  if (path.isImportSpecifier()) {
    const { imported } = path.node;
    return imported.type === 'Identifier' ? imported.name : imported.value;
  }
  return path.isImportDefaultSpecifier() ? 'default' : '*';
}

/** Returns the only value that is assigned to a `let` without an initial value. */
function onlyAssignment({ constantViolations }: Binding): NodePath<t.Expression> | undefined {
  const [first, second] = constantViolations;
  return first?.isAssignmentExpression() && second === undefined ? first.get('right') : undefined;
}

function kindOfType(annotation: t.Node, path: NodePath): ClientKind | undefined {
  if (annotation.type !== 'TSTypeAnnotation' || annotation.typeAnnotation.type !== 'TSTypeReference') return undefined;
  const name = annotation.typeAnnotation.typeName;
  if (name.type !== 'Identifier') return undefined;
  const binding = path.scope.getBinding(name.name);
  const parent = binding?.path.parentPath;
  if (binding === undefined || !parent?.isImportDeclaration()) return undefined;
  return TYPES.get(`${parent.node.source.value} ${exportName(binding.path)}`);
}

function clientOfMember(
  path: NodePath<t.MemberExpression>,
  imported: ImportedClient,
  depth: number,
): Client | undefined {
  const key = keyOf(path.node);
  if (key === undefined) return undefined;
  const object = withoutWrapping(path.get('object'));
  if (object.isThisExpression()) {
    const found = clientOfField(path, key, imported, depth);
    if (found !== undefined) return found;
  }
  if (WELL_KNOWN_MEMBERS.has(key)) return { kind: 'axios', identity: `member:${key}`, creation: undefined };
  return object.isIdentifier() ? clientOfProperty(object, key, imported, depth) : undefined;
}

/** Returns the client in `this.key`, by the class's own property, its type, a parameter property, or an assignment. */
function clientOfField(path: NodePath, key: string, imported: ImportedClient, depth: number): Client | undefined {
  const home = path.findParent((parent) => parent.isClass()) ?? path.scope.getProgramParent().path;
  const identity = `field:${key}@${home.node.start}`;
  let found: Client | undefined;
  const take = (client: Client | undefined): void => {
    found ??= client && { ...client, identity: client.creation === undefined ? client.identity : identity };
  };
  const takeType = (annotation: t.Node | null | undefined): void => {
    const kind = annotation == null ? undefined : kindOfType(annotation, home);
    take(kind && { kind, identity, creation: undefined });
  };
  let typed: t.Node | null | undefined;
  home.traverse({
    'ClassProperty|ClassPrivateProperty'(member: NodePath) {
      const property = member as NodePath<t.ClassProperty>;
      if (keyOf(property.node) !== key) return;
      typed = property.node.typeAnnotation;
      if (property.node.value) take(clientOf(property.get('value'), imported, depth));
    },
    TSParameterProperty(parameter: NodePath<t.TSParameterProperty>) {
      const inner = parameter.node.parameter;
      const name = inner.type === 'AssignmentPattern' ? inner.left : inner;
      if (name.type === 'Identifier' && name.name === key) typed = name.typeAnnotation;
    },
    AssignmentExpression(assignment: NodePath<t.AssignmentExpression>) {
      const { left } = assignment.node;
      const isField = left.type === 'MemberExpression' && left.object.type === 'ThisExpression' && keyOf(left) === key;
      if (isField) take(clientOf(assignment.get('right'), imported, depth));
    },
  });
  takeType(typed);
  return found;
}

/** Returns the client in `clients.key`, with `clients` a constant object of the same file. */
function clientOfProperty(
  object: NodePath<t.Identifier>,
  key: string,
  imported: ImportedClient,
  depth: number,
): Client | undefined {
  const binding = object.scope.getBinding(object.node.name);
  const declaration = binding?.path.parentPath;
  if (binding?.path.isImportNamespaceSpecifier() && declaration?.isImportDeclaration()) {
    return fromFile(declaration.node.source.value, key, imported);
  }
  if (!binding?.constant || !binding.path.isVariableDeclarator()) return undefined;
  const init = binding.path.get('init');
  const required = init.isCallExpression() ? requiredFile(init) : undefined;
  if (required !== undefined) return fromFile(required, key, imported);
  if (!init.isObjectExpression()) return undefined;
  const property = init.get('properties').find((entry) => entry.isObjectProperty() && keyOf(entry.node) === key);
  const client = property?.isObjectProperty() ? clientOf(property.get('value'), imported, depth) : undefined;
  return client && { ...client, identity: `${client.identity}.${key}` };
}

function fromFile(specifier: string, name: string, imported: ImportedClient): Client | undefined {
  const kind = imported(specifier, name);
  return kind && { kind, identity: `file:${specifier}#${name}`, creation: undefined };
}
