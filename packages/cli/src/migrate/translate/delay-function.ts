import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { libraryValueOf, withoutWrapping } from '../find/library-value.js';
import { numberIn } from './translation.js';

/** A backoff as data, in the terms of a policy. */
export interface BackoffData {
  readonly kind: 'exponential' | 'linear' | 'constant';
  readonly baseMs: number;
  readonly factor: number;
  readonly jitter: 'none' | 'full' | 'equal' | number;
  readonly maxMs?: number | undefined;
}

/**
 * Equivalent of axios-retry's own `exponentialDelay`, which adds up to a fifth; a policy varies by as much in both
 * directions.
 */
const JITTER = 0.2;

/** Returns the backoff that a `retryDelay` of axios-retry stands for, if that is certain. */
export function backoffOfDelay(path: NodePath<t.Node | null | undefined>): BackoffData | undefined {
  const bare = passedOn(withoutWrapping(path)) ?? withoutWrapping(path);
  if (isHelper(bare, 'exponentialDelay')) return exponentialOf(2 * DEFAULT_FACTOR_MS);
  if (bare.isCallExpression() && isHelper(bare.get('callee'), 'linearDelay')) {
    const [step] = bare.get('arguments');
    const baseMs = step === undefined ? DEFAULT_FACTOR_MS : numberIn(step);
    return baseMs === undefined ? undefined : { kind: 'linear', baseMs, factor: 2, jitter: 'none' };
  }
  const formula = formulaOf(bare);
  return formula && backoffOfFormula(formula.body, formula.count);
}

/** Returns the text of `backoff` in the options of a policy, without defaults. */
export function backoffText({ kind, baseMs, factor, jitter, maxMs }: BackoffData): string {
  const entries = [
    kind === 'exponential' ? undefined : `kind: '${kind}'`,
    `baseMs: ${baseMs}`,
    kind !== 'exponential' || factor === 2 ? undefined : `factor: ${factor}`,
    maxMs === undefined ? undefined : `maxMs: ${maxMs}`,
    jitter === 'full' ? undefined : `jitter: ${typeof jitter === 'number' ? jitter : `'${jitter}'`}`,
  ];
  return `backoff: { ${entries.filter((entry) => entry !== undefined).join(', ')} }`;
}

/** Returns the longest wait before that retry, before the cap. */
export function longestWait(
  { kind, baseMs, factor, jitter, maxMs = Number.POSITIVE_INFINITY }: BackoffData,
  retry: number,
): number {
  const curve = { exponential: baseMs * factor ** (retry - 1), linear: baseMs * retry, constant: baseMs }[kind];
  return Math.min(curve, maxMs) * (typeof jitter === 'number' ? 1 + jitter : 1);
}

const DEFAULT_FACTOR_MS = 100;

function exponentialOf(baseMs: number): BackoffData {
  return { kind: 'exponential', baseMs, factor: 2, jitter: JITTER };
}

function isHelper(path: NodePath<t.Node | null | undefined>, name: string): boolean {
  const value = libraryValueOf(path);
  return value?.library === 'axios-retry' && value.name === name;
}

/** Returns the function to which `(...args) => function(...args)` passes all its arguments. */
function passedOn(path: NodePath<t.Node | null | undefined>): NodePath<t.Node | null | undefined> | undefined {
  if (!path.isArrowFunctionExpression() && !path.isFunctionExpression()) return undefined;
  const [parameter, second] = path.node.params;
  if (parameter?.type !== 'RestElement' || second !== undefined || parameter.argument.type !== 'Identifier')
    return undefined;
  const body = path.get('body') as NodePath<t.BlockStatement | t.Expression>;
  const [only] = body.isBlockStatement() ? body.get('body') : [];
  const result = withoutWrapping(only?.isReturnStatement() ? only.get('argument') : body);
  if (!result.isCallExpression()) return undefined;
  const [given, more] = result.node.arguments;
  if (given?.type !== 'SpreadElement' || more !== undefined || given.argument.type !== 'Identifier') return undefined;
  return given.argument.name === parameter.argument.name ? withoutWrapping(result.get('callee')) : undefined;
}

/** Reads a value that a function computes from the number of the retry. */
interface Formula {
  readonly body: NodePath<t.Node | null | undefined>;
  /** Returns the name of that number; undefined if the function has no such parameter. */
  readonly count: string | undefined;
}

function formulaOf(path: NodePath<t.Node | null | undefined>): Formula | undefined {
  if (!path.isArrowFunctionExpression() && !path.isFunctionExpression()) return undefined;
  if (path.node.async || path.node.generator === true) return undefined;
  const [parameter] = path.node.params;
  if (parameter !== undefined && parameter.type !== 'Identifier') return undefined;
  const body = path.get('body') as NodePath<t.BlockStatement | t.Expression>;
  const count = parameter?.name;
  if (!body.isBlockStatement()) return { body: withoutWrapping(body), count };
  const [only, second] = body.get('body');
  const isReturn = only?.isReturnStatement() === true && second === undefined;
  return isReturn ? { body: withoutWrapping(only.get('argument')), count } : undefined;
}

function backoffOfFormula(
  body: NodePath<t.Node | null | undefined>,
  count: string | undefined,
): BackoffData | undefined {
  const constant = numberIn(body);
  if (constant !== undefined) return plain('constant', constant);
  if (count === undefined) return undefined;
  if (body.isCallExpression() && isHelper(body.get('callee'), 'exponentialDelay')) return helperCall(body, count);
  const factors = factorsOf(body);
  const [variable, second] = factors.filter((factor) => numberIn(factor) === undefined);
  if (variable === undefined || second !== undefined) return undefined;
  const step = factors.reduce((product, factor) => product * (numberIn(factor) ?? 1), 1);
  if (variable.isIdentifier({ name: count })) return plain('linear', step);
  const power = powerOf(variable, count);
  if (power === undefined || step < 0) return undefined;
  return { kind: 'exponential', baseMs: power.start * step, factor: power.factor, jitter: 'none' };
}

/** Returns `a`, `b` and `c` of `a * b * c`. */
function factorsOf(path: NodePath<t.Node | null | undefined>): NodePath<t.Node | null | undefined>[] {
  const bare = withoutWrapping(path);
  if (!bare.isBinaryExpression({ operator: '*' })) return [bare];
  return [...factorsOf(bare.get('left') as NodePath<t.Node>), ...factorsOf(bare.get('right'))];
}

function plain(kind: 'linear' | 'constant', baseMs: number): BackoffData | undefined {
  return baseMs >= 0 ? { kind, baseMs, factor: 2, jitter: 'none' } : undefined;
}

/** Reads `exponentialDelay(count, error, factor)`. */
function helperCall(call: NodePath<t.CallExpression>, count: string): BackoffData | undefined {
  const [first, , factor] = call.get('arguments');
  if (!first?.isIdentifier({ name: count })) return undefined;
  const factorMs = factor === undefined ? DEFAULT_FACTOR_MS : numberIn(factor);
  return factorMs === undefined ? undefined : exponentialOf(2 * factorMs);
}

/** Reads `2 ** count`, `Math.pow(2, count - 1)`: the value at the first retry, and its growth. */
function powerOf(
  path: NodePath<t.Node | null | undefined>,
  count: string,
): { start: number; factor: number } | undefined {
  const operands = path.isBinaryExpression({ operator: '**' })
    ? ([path.get('left'), path.get('right')] as const)
    : powCall(path);
  const factor = operands && numberIn(operands[0] as NodePath<t.Node>);
  if (operands === undefined || factor === undefined || factor < 1) return undefined;
  const exponent = withoutWrapping(operands[1] as NodePath<t.Node>);
  if (exponent.isIdentifier({ name: count })) return { start: factor, factor };
  if (!exponent.isBinaryExpression({ operator: '-' })) return undefined;
  const isPrevious = exponent.get('left').isIdentifier({ name: count }) && numberIn(exponent.get('right')) === 1;
  return isPrevious ? { start: 1, factor } : undefined;
}

function powCall(path: NodePath<t.Node | null | undefined>): readonly [NodePath, NodePath] | undefined {
  if (!path.isCallExpression()) return undefined;
  const callee = path.get('callee');
  const isPow =
    callee.isMemberExpression() &&
    callee.get('object').isIdentifier({ name: 'Math' }) &&
    callee.get('property').isIdentifier({ name: 'pow' });
  const [base, exponent] = path.get('arguments');
  return isPow && base !== undefined && exponent !== undefined ? [base, exponent] : undefined;
}
