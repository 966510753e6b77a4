import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { clientOf } from '../find/client-resolution.js';
import type { ImportedInstance } from '../find/handed-on.js';
import { requestKeys } from '../find/libraries.js';
import type { RaxDefaults, SetUp, Sightings } from '../find/library-usages.js';
import { libraryValueOf, moduleValueOf, withoutWrapping } from '../find/library-value.js';
import { hasOpaqueConfig, hasOpaqueDefaults } from '../find/opaque-config.js';
import { translateAxiosRetry } from './axios-retry-options.js';
import { translateRaxConfig } from './retry-axios-options.js';
import { stateReader } from './state-readers.js';
import { isInside, type Obstacle, type Translation } from './translation.js';

/** Plan for a set-up to become `attachResilience(instance, options)`, or why it does not. */
export interface SetUpPlan {
  readonly setUp: SetUp;
  /** The text that names the instance. */
  readonly instance: string;
  /** The literal with the options; undefined if there is none. */
  readonly options: NodePath<t.ObjectExpression> | undefined;
  /** Place of retry-axios's options. */
  readonly defaults: RaxDefaults | undefined;
  readonly translation: Translation;
}

/** A plan for each set-up of a file. */
export function planSetUps(
  sightings: Sightings,
  text: string,
  comments: readonly t.Comment[],
  imported: ImportedInstance,
): SetUpPlan[] {
  return sightings.setUps.map((setUp) => {
    const plan =
      setUp.library === 'axios-retry'
        ? planAxiosRetry(setUp, text, comments)
        : planRetryAxios(setUp, sightings, text, comments);
    const obstacle =
      handedOn(setUp) ??
      sharedInstance(setUp, sightings) ??
      opaqueConfig(setUp, imported) ??
      stateReader(setUp, sightings);
    return obstacle === undefined ? plan : { ...plan, translation: withObstacle(plan.translation, obstacle) };
  });
}

function planAxiosRetry(setUp: SetUp, text: string, comments: readonly t.Comment[]): SetUpPlan {
  const { call } = setUp;
  const [instance, options, surplus] = call.get('arguments');
  const literal = options && literalOf(options);
  const base = { setUp, instance: sliceOf(text, instance), options: literal, defaults: undefined };
  const refuse = (place: t.Node, message: string, advice: string): SetUpPlan => ({
    ...base,
    translation: { ok: false, obstacles: [{ place, message, advice }] },
  });
  if (instance === undefined || instance.isSpreadElement() || surplus !== undefined) {
    return refuse(call.node, 'its arguments are not an instance and its options', 'Write the two arguments out.');
  }
  if (isCompiled(call)) return refuse(call.node, 'it is the output of a compiler', 'Migrate its source.');
  if (!isStatement(call)) return refuse(call.node, 'its result is used', RESULT_ADVICE);
  if (options !== undefined && literal === undefined) {
    return refuse(options.node, 'its options come from elsewhere', 'Write them here as a literal, then migrate again.');
  }
  if (literal && isInside(literal.node, options.node) && literal.node.start !== options.node.start) {
    return refuse(
      options.node,
      'its options have a type assertion in front',
      'Delete the type assertion, then migrate again.',
    );
  }
  return { ...base, translation: translateAxiosRetry(literal, comments) };
}

const RESULT_ADVICE =
  'The ids of interceptors have no counterpart: `attachResilience` returns `{ policy, detach() }`. Use `detach` in place of `eject`.';

function planRetryAxios(
  setUp: SetUp,
  { raxDefaults }: Sightings,
  text: string,
  comments: readonly t.Comment[],
): SetUpPlan {
  const { call } = setUp;
  const [argument] = call.get('arguments');
  const instance = argument === undefined ? axiosNameAt(call) : sliceOf(text, argument);
  const [defaults, second] = raxDefaults.filter((candidate) => isSameInstance(candidate.instance, argument, call));
  const literal = defaults && literalOf(defaults.assignment.get('right'));
  const base = { setUp, instance: instance ?? '', options: literal, defaults };
  const refuse = (place: t.Node, message: string, advice: string): SetUpPlan => ({
    ...base,
    translation: { ok: false, obstacles: [{ place, message, advice }] },
  });
  if (instance === undefined) {
    return refuse(
      call.node,
      'it attaches to an axios that this file does not import',
      'Import axios and name it here.',
    );
  }
  if (!isStatement(call) && !isUnusedDeclaration(call)) return refuse(call.node, 'its result is used', RESULT_ADVICE);
  if (second !== undefined) {
    return refuse(second.assignment.node, '`raxConfig` is set more than once', 'Leave one of them.');
  }
  if (defaults !== undefined && literal === undefined) {
    return refuse(
      defaults.assignment.node,
      'its options come from elsewhere',
      'Write them here as a literal, then migrate again.',
    );
  }
  if (defaults !== undefined && !areNeighbours(defaults.assignment, call, instance, text)) {
    return refuse(
      defaults.assignment.node,
      'its options are set at another point of the program',
      'Move the assignment next to `attach`, then migrate again.',
    );
  }
  return { ...base, translation: translateRaxConfig(literal, comments) };
}

/** Tells if the library is required through a helper function of a compiler. */
function isCompiled(call: NodePath<t.CallExpression>): boolean {
  let callee = withoutWrapping(call.get('callee'));
  while (callee.isMemberExpression()) callee = withoutWrapping(callee.get('object'));
  const binding = callee.isIdentifier() ? callee.scope.getBinding(callee.node.name) : undefined;
  const init = binding?.path.isVariableDeclarator() ? binding.path.node.init : undefined;
  return init?.type === 'CallExpression' && init.callee.type === 'Identifier' && init.callee.name !== 'require';
}

function isStatement(call: NodePath<t.CallExpression>): boolean {
  if (call.parentPath.isExpressionStatement()) return true;
  // What the callback of `forEach` returns is thrown away.
  const isBody = call.parentPath.isArrowFunctionExpression({ body: call.node });
  const outer = isBody ? call.parentPath.parentPath : undefined;
  const callee = outer?.isCallExpression() ? outer.get('callee') : undefined;
  return callee?.isMemberExpression() === true && callee.get('property').isIdentifier({ name: 'forEach' });
}

/** `const id = rax.attach(api)` with an id that is not used. */
function isUnusedDeclaration(call: NodePath<t.CallExpression>): boolean {
  const declarator = call.parentPath;
  const declaration = declarator.parentPath;
  if (!declarator.isVariableDeclarator() || !declaration?.isVariableDeclaration()) return false;
  if (declaration.node.declarations.length > 1 || declaration.parentPath.isExportNamedDeclaration()) return false;
  const { id } = declarator.node;
  return id.type === 'Identifier' && call.scope.getBinding(id.name)?.referenced === false;
}

/** The literal, also behind a type assertion or a constant that is used here alone. */
function literalOf(path: NodePath<t.Node>): NodePath<t.ObjectExpression> | undefined {
  const bare = withoutWrapping(path);
  if (bare.isObjectExpression()) return bare;
  if (!bare.isIdentifier()) return undefined;
  const binding = bare.scope.getBinding(bare.node.name);
  if (!binding?.constant || binding.references !== 1 || !binding.path.isVariableDeclarator()) return undefined;
  if (binding.path.parentPath.parentPath?.isExportNamedDeclaration()) return undefined;
  const isTyped = binding.identifier.typeAnnotation != null;
  const init = binding.path.get('init');
  return !isTyped && binding.path.node.id.type === 'Identifier' && init.isObjectExpression() ? init : undefined;
}

function axiosNameAt(call: NodePath<t.CallExpression>): string | undefined {
  const bindings = Object.entries(call.scope.getAllBindings());
  return bindings.find(([, { path }]) => {
    if (path.isImportDefaultSpecifier()) return (path.parent as t.ImportDeclaration).source.value === 'axios';
    return path.isVariableDeclarator() && path.node.id.type === 'Identifier' && isAxiosModule(path.get('init'));
  })?.[0];
}

function isAxiosModule(path: NodePath<t.Node | null | undefined>): boolean {
  const value = libraryValueOf(path);
  return value?.library === 'axios' && (value.name === '*' || value.name === 'default');
}

function isSameInstance(
  one: NodePath<t.Node>,
  other: NodePath<t.Node> | undefined,
  call: NodePath<t.CallExpression>,
): boolean {
  const known = clientOf(one, () => undefined);
  if (other === undefined) return known?.identity === 'axios' && call.node.arguments.length === 0;
  if (known !== undefined && known.identity === clientOf(other, () => undefined)?.identity) return true;
  return nameOf(one) !== undefined && nameOf(one) === nameOf(other) && one.scope === other.scope;
}

function nameOf(path: NodePath<t.Node>): string | undefined {
  const bare = withoutWrapping(path);
  if (bare.isIdentifier()) return bare.node.name;
  if (bare.isThisExpression()) return 'this';
  if (!bare.isMemberExpression() || bare.node.computed) return undefined;
  const object = nameOf(bare.get('object'));
  const { property } = bare.node;
  return object !== undefined && 'name' in property ? `${object}.${String(property.name)}` : undefined;
}

/** Tells if both are statements of one block, and the code between them does not touch the instance. */
function areNeighbours(
  assignment: NodePath<t.AssignmentExpression>,
  call: NodePath<t.CallExpression>,
  instance: string,
  text: string,
): boolean {
  const one = assignment.parentPath;
  const other = call.getStatementParent();
  if (!one.isExpressionStatement() || other === null || one.parentPath !== other.parentPath) return false;
  if (typeof one.key !== 'number' || typeof other.key !== 'number' || one.listKey !== other.listKey) return false;
  const [from, to] = one.key < other.key ? [one.key, other.key] : [other.key, one.key];
  return Array.from({ length: to - from - 1 }, (_, index) => one.getSibling(from + index + 1)).every(
    (between) => !sliceOf(text, between as NodePath<t.Node>).includes(instance),
  );
}

/** The import to exchange is in another module, on which others may rely. */
function handedOn({ call, library, through }: SetUp): Obstacle | undefined {
  if (through === undefined) return undefined;
  return {
    place: call.node,
    message: `this file has ${library} from '${through}'`,
    advice: `Import ${library} in this file, then migrate again.`,
  };
}

/** A second set-up of one instance, or a policy that is attached to it already. */
function sharedInstance(setUp: SetUp, { setUps, attaches }: Sightings): Obstacle | undefined {
  const identity = identityOf(setUp.call);
  if (identity === undefined) return undefined;
  const place = setUp.call.node;
  const isTwice = setUps.some((other) => other !== setUp && identityOf(other.call) === identity);
  if (isTwice) {
    return {
      place,
      message: 'the instance has two set-ups, one around the other',
      advice: 'Leave one of them: their retries multiply.',
    };
  }
  if (!attaches.some((call) => identityOf(call) === identity)) return undefined;
  return {
    place,
    message: 'a policy is attached to the instance already',
    advice: 'Delete this set-up, or the policy: their retries multiply.',
  };
}

/** A config from elsewhere may hold options for each request of its instance, which a policy does not read. */
function opaqueConfig({ call, library }: SetUp, imported: ImportedInstance): Obstacle | undefined {
  const [instance] = call.get('arguments');
  const client = instance && clientOf(instance, () => undefined);
  const source = instance && moduleValueOf(instance);
  const isCreated =
    (client?.creation !== undefined && hasOpaqueConfig(client.creation, call)) ||
    (source !== undefined && imported(source.specifier, source.name)?.isOpaque === true);
  const identity = client?.identity ?? (instance === undefined ? 'axios' : undefined);
  if (!isCreated && (identity === undefined || !hasOpaqueDefaults(identity, call))) return undefined;
  const key = requestKeys[library];
  return {
    place: client?.creation ?? call.node,
    message: `${isCreated ? 'its instance is created with a config' : 'the defaults of its instance have values'} from elsewhere, which may hold \`${key}\``,
    advice: `Write that config out here. If it holds \`${key}\`, move its options into those of \`attachResilience\`.`,
  };
}

function identityOf(call: NodePath<t.CallExpression>): string | undefined {
  const [instance] = call.get('arguments');
  if (instance === undefined) return 'axios';
  return clientOf(instance, () => undefined)?.identity;
}

function withObstacle(translation: Translation, obstacle: Obstacle): Translation {
  return { ok: false, obstacles: [obstacle, ...(translation.ok ? [] : translation.obstacles)] };
}

function sliceOf(text: string, path: NodePath<t.Node> | undefined): string {
  return text.slice(path?.node.start ?? 0, path?.node.end ?? 0);
}
