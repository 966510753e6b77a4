import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { ImportedClient } from './client-resolution.js';
import { handedOnValueOf, type ImportedValue } from './handed-on.js';
import { requestIn } from './http-call.js';
import { keyOf, libraryValueOf, moduleValueOf } from './library-value.js';

/** Code around requests that repeats them. */
export interface HandWrittenRetry {
  readonly node: t.Node;
  readonly form: 'loop' | 'recursion' | 'wrapper';
  /** The library that repeats; undefined if the code does it by itself. */
  readonly library: string | undefined;
}

export function handWrittenRetriesIn(
  program: NodePath<t.Program>,
  imported: ImportedClient,
  importedValue: ImportedValue,
): HandWrittenRetry[] {
  const found: HandWrittenRetry[] = [];
  program.traverse({
    Loop(path) {
      if (isRetryLoop(path, imported)) found.push({ node: path.node, form: 'loop', library: undefined });
    },
    Function(path) {
      const call = recursionIn(path, imported);
      if (call !== undefined) found.push({ node: call, form: 'recursion', library: undefined });
    },
    CallExpression(path) {
      note(path);
    },
    NewExpression(path) {
      note(path);
    },
  });
  return found;

  function note(path: NodePath<t.CallExpression> | NodePath<t.NewExpression>): void {
    const handedOn = handedOnValueOf(path.get('callee') as NodePath<t.Node>, importedValue)?.value;
    const wrapper = handedOn?.library === 'retry-wrapper' ? handedOn.specifier : wrapperOf(path);
    if (wrapper === undefined || !wrapsRequest(path, imported)) return;
    found.push({ node: path.node, form: 'wrapper', library: wrapper });
  }
}

const COUNTER = /attempt|retr(y|ies)|tries|trial/i;

/**
 * Finds a loop that tries one request until it succeeds: the request is made in it, and success ends the loop or the
 * loop counts attempts. Loops over data, such as pages and lists of URLs, do neither.
 */
function isRetryLoop(path: NodePath<t.Loop>, imported: ImportedClient): boolean {
  if (path.isForOfStatement() || path.isForInStatement()) return false;
  const body = path.get('body') as NodePath<t.Statement>;
  let tries = false;
  body.traverse({
    Function: (inner) => inner.skip(),
    Loop: (inner) => inner.skip(),
    TryStatement(attempt) {
      const { handler } = attempt.node;
      if (handler == null || requestIn(attempt.get('block'), imported, 'not-into-functions') === undefined) return;
      if (!goesOn(attempt)) return;
      tries ||= leavesLoop(attempt.get('block')) || counts(path);
    },
  });
  return tries;
}

/** Tells if the loop can go round again after a failure. */
function goesOn(attempt: NodePath<t.TryStatement>): boolean {
  const last = attempt.node.handler?.body.body.at(-1);
  return last?.type !== 'ReturnStatement' && last?.type !== 'BreakStatement' && last?.type !== 'ThrowStatement'
    ? true
    : containsContinue(attempt);
}

function containsContinue(attempt: NodePath<t.TryStatement>): boolean {
  let found = false;
  attempt.traverse({
    Function: (inner) => inner.skip(),
    ContinueStatement() {
      found = true;
    },
  });
  return found;
}

function leavesLoop(block: NodePath<t.BlockStatement>): boolean {
  let leaves = false;
  block.traverse({
    Function: (inner) => inner.skip(),
    ReturnStatement() {
      leaves = true;
    },
    BreakStatement() {
      leaves = true;
    },
  });
  return leaves;
}

function counts(loop: NodePath<t.Loop>): boolean {
  const heads = loop.isForStatement() ? [loop.node.init, loop.node.test] : [(loop.node as t.WhileStatement).test];
  return heads.some((head) => head != null && COUNTER.test(namesIn(head).join(' ')));
}

/** A call of the function to itself after a request in it has failed. */
function recursionIn(path: NodePath<t.Function>, imported: ImportedClient): t.Node | undefined {
  const name = nameOf(path);
  if (name === undefined || requestIn(path, imported, 'into-functions') === undefined) return undefined;
  let found: t.Node | undefined;
  path.traverse({
    CallExpression(call) {
      const isItself = calledName(call.node) === name;
      if (isItself && isInFailure(call, path) && countsDown(call.node)) found ??= call.node;
    },
  });
  return found;
}

function nameOf(path: NodePath<t.Function>): string | undefined {
  const { node, parent } = path;
  if ('id' in node && node.id) return node.id.name;
  if ((node.type === 'ClassMethod' || node.type === 'ObjectMethod') && node.key.type === 'Identifier')
    return node.key.name;
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
  return parent.type === 'ClassProperty' && parent.key.type === 'Identifier' ? parent.key.name : undefined;
}

function calledName({ callee }: t.CallExpression): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  const isOwn = callee.type === 'MemberExpression' && callee.object.type === 'ThisExpression';
  return isOwn && callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

/** In a `catch` block, or in the argument of `.catch()` or the second one of `.then()`. */
function isInFailure(call: NodePath<t.CallExpression>, end: NodePath): boolean {
  for (let path: NodePath | null = call; path !== null && path !== end; path = path.parentPath) {
    if (path.isCatchClause()) return true;
    const { parent } = path;
    if (!path.isFunction() || parent.type !== 'CallExpression' || parent.callee.type !== 'MemberExpression') continue;
    const { property } = parent.callee;
    const method = property.type === 'Identifier' ? property.name : undefined;
    if (method === 'catch' || (method === 'then' && parent.arguments[1] === path.node)) return true;
  }
  return false;
}

/** `load(url, retries - 1)`, `load(url, attempt + 1)`, `load({ attempt: attempt + 1 })`. */
function countsDown({ arguments: given }: t.CallExpression): boolean {
  const values = given.flatMap((argument): t.Node[] =>
    argument.type === 'ObjectExpression'
      ? argument.properties.flatMap((property) => (property.type === 'ObjectProperty' ? [property.value] : []))
      : [argument],
  );
  return values.some(
    (value) =>
      value.type === 'UpdateExpression' ||
      (value.type === 'BinaryExpression' && ['+', '-'].includes(value.operator)) ||
      (value.type === 'Identifier' && COUNTER.test(value.name)),
  );
}

function wrapperOf(path: NodePath<t.CallExpression> | NodePath<t.NewExpression>): string | undefined {
  const callee = path.get('callee') as NodePath<t.Node>;
  const value = libraryValueOf(callee);
  if (value?.library === 'retry-wrapper') return value.specifier;
  if (callee.isIdentifier()) return value === undefined ? ownWrapper(callee) : undefined;
  if (!callee.isMemberExpression()) return undefined;
  // `policy.execute(…)` of a cockatiel policy, `breaker.fire(…)` tell nothing new: what made them is found itself.
  const owner = libraryValueOf(callee.get('object'));
  return owner?.library === 'retry-wrapper' ? owner.specifier : (cockatielOwner(callee) ?? ownWrapper(callee));
}

/** `withRetry(…)`, `this.retry(…)`, `utils.retryOnce(…)`: a function of the project with a name for repeating. */
function ownWrapper(callee: NodePath<t.Identifier> | NodePath<t.MemberExpression>): string | undefined {
  const own = callee.isIdentifier() ? callee.node.name : keyOf(callee.node as t.MemberExpression);
  // `import { retry as again }`
  const names = [own, moduleValueOf(callee)?.name];
  return names.some((name) => name !== undefined && REPEATING.test(name)) ? `\`${own}\`` : undefined;
}

/** A name for repeating, as a whole part of a name in camel or snake case. */
const REPEATING =
  /(?:^|[a-z_$])(?:Retry|Retries|Retrying|Retryable)(?![a-z])|^_*(?:retry|retries|retrying|retryable)(?![a-z])/;

/** `retry(handleAll, …).execute(…)`, also if the policy has a name. */
function cockatielOwner(callee: NodePath<t.MemberExpression>): string | undefined {
  const object = callee.get('object');
  const binding = object.isIdentifier() ? object.scope.getBinding(object.node.name) : undefined;
  const maker = binding?.path.isVariableDeclarator() ? binding.path.get('init') : object;
  if (!maker.isCallExpression()) return undefined;
  const value = libraryValueOf(maker.get('callee'));
  return value?.specifier === 'cockatiel' ? value.specifier : undefined;
}

/** Tells if the argument of a wrapper sends a request: a function here, or one of the file by its name. */
function wrapsRequest(path: NodePath<t.CallExpression> | NodePath<t.NewExpression>, imported: ImportedClient): boolean {
  return (path.get('arguments') as NodePath<t.Node>[]).some((argument) => {
    const value = argument.isFunction() ? argument : functionOf(argument);
    return value !== undefined && sends(value, imported);
  });
}

/** Directly, or through a function of the file. */
function sends(path: NodePath<t.Function>, imported: ImportedClient): boolean {
  if (requestIn(path, imported, 'into-functions') !== undefined) return true;
  let found = false;
  path.traverse({
    CallExpression(call) {
      const value = functionOf(call.get('callee'));
      if (value !== undefined && requestIn(value, imported, 'into-functions') !== undefined) found = true;
    },
  });
  return found;
}

/** The function of this file that an expression stands for: `load`, `this.load`, `this.load.bind(this)`. */
function functionOf(path: NodePath<t.Node>): NodePath<t.Function> | undefined {
  if (path.isIdentifier()) {
    const definition = path.scope.getBinding(path.node.name)?.path;
    const value = definition?.isVariableDeclarator() ? definition.get('init') : definition;
    return value?.isFunction() ? (value as NodePath<t.Function>) : undefined;
  }
  if (path.isCallExpression()) {
    const callee = path.get('callee');
    return callee.isMemberExpression() && keyOf(callee.node) === 'bind' ? functionOf(callee.get('object')) : undefined;
  }
  if (!path.isMemberExpression() || !path.get('object').isThisExpression()) return undefined;
  const name = keyOf(path.node);
  const body = path.findParent((parent) => parent.isClassBody() || parent.isObjectExpression());
  const members = (body?.get(body.isClassBody() ? 'body' : 'properties') ?? []) as NodePath<t.Node>[];
  const member = members.find(({ node }) => 'key' in node && keyOf(node as t.ObjectMember) === name);
  const value = member?.isFunction() ? member : (member?.get('value') as NodePath<t.Node> | undefined);
  return value?.isFunction() ? (value as NodePath<t.Function>) : undefined;
}

function namesIn(node: t.Node): string[] {
  if (node.type === 'Identifier') return [node.name];
  return Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value)
      ? value.flatMap((entry) => (isNode(entry) ? namesIn(entry) : []))
      : isNode(value)
        ? namesIn(value)
        : [],
  );
}

function isNode(value: unknown): value is t.Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
