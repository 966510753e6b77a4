import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { ImportedInstance } from '../find/handed-on.js';
import type { RaxDefaults, SetUp, Sightings } from '../find/library-usages.js';
import { translateAxiosRetry } from './axios-retry-options.js';
import { translateRaxConfig } from './retry-axios-options.js';
import { handedOn, opaqueConfig, sharedInstance } from './set-up-obstacles.js';
import {
  areNeighbours,
  axiosNameAt,
  isCompiled,
  isSameInstance,
  isStatement,
  isUnusedDeclaration,
  literalOf,
  sliceOf,
} from './set-up-syntax.js';
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

/** Returns a plan for each set-up of a file. */
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

function withObstacle(translation: Translation, obstacle: Obstacle): Translation {
  return { ok: false, obstacles: [obstacle, ...(translation.ok ? [] : translation.obstacles)] };
}
