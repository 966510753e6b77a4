import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { COUNTER } from './attempt-counter.js';
import type { ImportedClient } from './client-resolution.js';
import { recursionIn } from './hand-written-recursion.js';
import { handedOnValueOf, type ImportedValue } from './handed-on.js';
import { requestIn } from './http-call.js';
import { wrapperOf, wrapsRequest } from './retry-wrapper.js';

/** Code around requests that repeats them. */
export interface HandWrittenRetry {
  readonly node: t.Node;
  readonly form: 'loop' | 'recursion' | 'wrapper';
  /** The library that repeats; undefined if the code does so itself. */
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

/**
 * Tells if a loop tries one request until it succeeds: the request is made in it, and success ends the loop or the loop
 * counts attempts. Loops over data, such as pages and lists of URLs, do neither.
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

/** Tells if the loop can continue after a failure. */
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
