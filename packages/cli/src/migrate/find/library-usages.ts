import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { handedOnValueOf, type ImportedValue } from './handed-on.js';
import {
  dropIns,
  isRetryLibrary,
  type Library,
  libraryOf,
  libraryOfDeepImport,
  type RetryLibrary,
  requestKeys,
} from './libraries.js';
import { isRequire, keyOf, libraryValueOf, withoutWrapping } from './library-value.js';

/** Use of a string that names a retry library. */
export type MentionKind = 'import' | 'mock' | 'augmentation' | 'deep-import';

/** A string that names a retry library. */
export interface Mention {
  readonly library: RetryLibrary;
  readonly kind: MentionKind;
  readonly literal: t.StringLiteral;
}

/** `axiosRetry(instance, options)` or `rax.attach(instance)`. */
export interface SetUp {
  readonly library: RetryLibrary;
  readonly call: NodePath<t.CallExpression>;
  /** Specifier of the project's module that re-exports the library; undefined if it is imported by its name. */
  readonly through?: string;
}

/** `instance.defaults.raxConfig = options`. */
export interface RaxDefaults {
  readonly assignment: NodePath<t.AssignmentExpression>;
  readonly instance: NodePath<t.Node>;
}

/** Options for one request, under the key of a retry library. */
export interface RequestOptions {
  readonly library: RetryLibrary;
  readonly property: NodePath<t.ObjectProperty>;
}

/** Code that reads or writes the library's state on a config. */
export interface StateAccess {
  readonly library: RetryLibrary;
  readonly path: NodePath;
}

/** All uses of axios-retry and retry-axios in a file. */
export interface Sightings {
  readonly mentions: readonly Mention[];
  readonly setUps: readonly SetUp[];
  readonly raxDefaults: readonly RaxDefaults[];
  readonly requests: readonly RequestOptions[];
  readonly states: readonly StateAccess[];
  /** Calls by which the file already attaches a policy to an instance. */
  readonly attaches: readonly NodePath<t.CallExpression>[];
}

export function sightingsIn(program: NodePath<t.Program>, imported: ImportedValue): Sightings {
  const mentions: Mention[] = [];
  const setUps: SetUp[] = [];
  const raxDefaults: RaxDefaults[] = [];
  const requests: RequestOptions[] = [];
  const states: StateAccess[] = [];
  const attaches: NodePath<t.CallExpression>[] = [];
  program.traverse({
    StringLiteral(path) {
      const mention = mentionOf(path);
      if (mention !== undefined) mentions.push(mention);
    },
    CallExpression(path) {
      const callee = path.get('callee');
      const handedOn = handedOnValueOf(callee, imported);
      const value = handedOn?.value ?? libraryValueOf(callee);
      if (value?.library === '@breakwater/axios' && value.name === 'attachResilience') attaches.push(path);
      if (isSetUp(value))
        setUps.push({ library: value.library, call: path, ...(handedOn && { through: handedOn.through }) });
      if (value?.library === 'retry-axios' && value.name === 'getConfig') {
        states.push({ library: 'retry-axios', path });
      }
    },
    ObjectProperty(path) {
      const library = libraryOfKey(path as unknown as NodePath<KeyedNode>, path.node);
      if (library === undefined) return;
      if (path.parentPath.isObjectPattern()) states.push({ library, path });
      else if (!isInMock(path) && !isNoOptions(path.node.value)) requests.push({ library, property: path });
    },
    MemberExpression(path) {
      const library = libraryOfKey(path as unknown as NodePath<KeyedNode>, path.node);
      if (library === undefined || isRetryLibrary(libraryValueOf(path.get('object'))?.library)) return;
      const defaults = library === 'retry-axios' ? defaultsOf(path) : undefined;
      if (defaults) raxDefaults.push(defaults);
      else states.push({ library, path });
    },
    OptionalMemberExpression(path) {
      const library = libraryOfKey(path as unknown as NodePath<KeyedNode>, path.node);
      if (library !== undefined) states.push({ library, path });
    },
  });
  return { mentions, setUps, raxDefaults, requests, states, attaches };
}

type KeyedNode = t.ObjectProperty | t.MemberExpression | t.OptionalMemberExpression;

function isSetUp(
  value: { readonly library: Library; readonly name: string } | undefined,
): value is { readonly library: RetryLibrary; readonly name: string } {
  if (value?.library === 'axios-retry') return value.name === 'default' || value.name === '*';
  return value?.library === 'retry-axios' && value.name === 'attach';
}

function mentionOf(path: NodePath<t.StringLiteral>): Mention | undefined {
  const { node, parentPath } = path;
  const named = libraryOf(node.value);
  const library = isRetryLibrary(named) ? named : libraryOfDeepImport(node.value);
  if (library === undefined || node.value === dropIns[library]) return undefined;
  const isDeep = named === undefined;
  const kind = useOf(path);
  if (kind === undefined)
    return parentPath.isObjectProperty({ key: node }) && isInMock(parentPath) && !isDeep
      ? { library, kind: 'mock', literal: node }
      : undefined;
  return { library, kind: isDeep ? 'deep-import' : kind, literal: node };
}

function useOf(path: NodePath<t.StringLiteral>): MentionKind | undefined {
  const parent = path.parentPath;
  const isImport =
    parent.isImportDeclaration() ||
    parent.isExportNamedDeclaration() ||
    parent.isExportAllDeclaration() ||
    parent.isTSExternalModuleReference() ||
    parent.isTSImportType() ||
    parent.isImportExpression();
  if (isImport) return 'import';
  if (parent.isTSModuleDeclaration()) return 'augmentation';
  if (!parent.isCallExpression() || parent.node.arguments[0] !== path.node) return undefined;
  const callee = parent.get('callee');
  if (callee.isImport() || isRequire(callee)) return 'import';
  return isMockCallee(callee) ? 'mock' : undefined;
}

const MOCKS = new Set(['jest', 'vi', 'vitest', 'td', 'mock', 'mockery', 'sinon', 'require']);

/**
 * Tells if this is `jest.mock('x')`, `vi.importActual('x')`, `require.resolve('x')` or `proxyquire('./file', { x: …
 * })`.
 */
function isMockCallee(callee: NodePath<t.Node>): boolean {
  if (callee.isIdentifier()) return /^(proxyquire|rewiremock|mock|mockRequire|esmock)$/.test(callee.node.name);
  if (!callee.isMemberExpression()) return false;
  const object = callee.get('object');
  return object.isIdentifier() && (MOCKS.has(object.node.name) || /proxyquire/.test(object.node.name));
}

function isInMock(path: NodePath): boolean {
  const call = path.parentPath?.parentPath;
  return call?.isCallExpression() === true && isMockCallee(call.get('callee'));
}

/**
 * Tells if a value under a library's key is not its options: a dependency list has versions there, a bundler flags, a
 * table of modules functions.
 */
function isNoOptions(value: t.Node): boolean {
  return /^(\w+Literal|ArrayExpression|ArrowFunctionExpression|FunctionExpression)$/.test(value.type);
}

function libraryOfKey(path: NodePath<KeyedNode>, node: KeyedNode): RetryLibrary | undefined {
  const key = keyOf(node);
  if (key === requestKeys['retry-axios']) return 'retry-axios';
  if (key === requestKeys['axios-retry']) return 'axios-retry';
  if (node.computed !== true) return undefined;
  const name = path.get(node.type === 'ObjectProperty' ? 'key' : 'property') as NodePath<t.Node>;
  const value = libraryValueOf(name);
  return value?.library === 'axios-retry' && value.name === 'namespace' ? 'axios-retry' : undefined;
}

function defaultsOf(path: NodePath<t.MemberExpression>): RaxDefaults | undefined {
  const parent = path.parentPath;
  if (!parent.isAssignmentExpression({ operator: '=' }) || parent.node.left !== path.node) return undefined;
  const defaults = withoutWrapping(path.get('object'));
  if (!defaults.isMemberExpression() || keyOf(defaults.node) !== 'defaults') return undefined;
  return { assignment: parent, instance: withoutWrapping(defaults.get('object')) as NodePath<t.Node> };
}
