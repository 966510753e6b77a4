import { insertImport, localNameOf, type Need } from '../edit/import-edits.js';
import { writeGotRetry } from '../edit/policy-edits.js';
import type { Source, Step } from '../file/source.js';
import { keyOf } from '../find/library-value.js';
import { type Finding, findingAt } from '../finding.js';
import type { GotRetry } from '../translate/got-retries.js';
import { numberIn } from '../translate/translation.js';

const NEED: Need = { specifier: '@breakwater/got', name: 'resilience' };

const POLICY_DIFFERENCES = [
  'A retry budget, a circuit breaker and cool-downs stand behind the instance (`budget`, `breaker`, `coolDown`; `false` switches one off).',
];

/** Replaces got's own retry by a policy if the meaning is certain, and lists the rest. */
export function migrateGot(source: Source, retries: readonly GotRetry[], step: Step): Finding[] {
  const relevant = retries.filter((retry) => !isOff(retry));
  const rewritten = step === 'policy' ? relevant.filter(isRewritable) : [];
  const findings = relevant.flatMap((retry) => findingOf(source, retry, step));
  const [first] = rewritten;
  if (first === undefined) return findings;
  const places = rewritten.map(({ property }) => property);
  const local = localNameOf(NEED, places);
  for (const { property, options, translation } of rewritten) {
    if (options) writeGotRetry(source.edits, property, options, translation, local);
  }
  const isThere = places.some((place) => place.scope.getBinding(local) !== undefined);
  const clause = local === NEED.name ? local : `${NEED.name} as ${local}`;
  if (!isThere) insertImport(source.program, source.edits, 'got', clause, NEED);
  return findings;
}

/** Tells if options do nothing: `retry: { limit: 0 }` and `retry: {}`. */
function isOff({ options }: GotRetry): boolean {
  if (options === undefined) return false;
  const properties = options.get('properties');
  const [only, second] = properties;
  if (only === undefined) return true;
  const isLimit = second === undefined && only.isObjectProperty() && keyOf(only.node) === 'limit';
  return isLimit && numberIn(only.get('value')) === 0;
}

function isRewritable({ scope, hasPolicy, translation }: GotRetry): boolean {
  return scope === 'instance' && !hasPolicy && translation.ok;
}

function findingOf({ file }: Source, retry: GotRetry, step: Step): Finding[] {
  const { property, scope, hasPolicy, translation } = retry;
  const at = (
    level: 'rewrite' | 'todo' | 'note',
    message: string,
    advice?: string,
    differences?: readonly string[],
  ) => [findingAt(file, property.node, level, 'got-retry', message, advice, differences)];
  if (hasPolicy) {
    const limit = retry.options
      ?.get('properties')
      .find((entry) => entry.isObjectProperty() && keyOf(entry.node) === 'limit');
    const isDefault = limit?.isObjectProperty() === true && numberIn(limit.get('value')) === 2;
    if (!isDefault) return [];
    return at(
      'todo',
      "`limit: 2` beside a policy is taken for got's default, and so for nothing said",
      'Say `maxRetries: 2` in the policy, or in `context: { resilience: { maxRetries: 2 } }` of a request.',
    );
  }
  if (step === 'dropin') {
    const future = isRewritable(retry) ? '; `--to policy` makes it resilience()' : '';
    return at('note', `got's own retry of ${scope === 'instance' ? 'an instance' : 'a request'}${future}`);
  }
  if (isRewritable(retry) && translation.ok) {
    const differences = [...POLICY_DIFFERENCES, ...translation.differences];
    return at('rewrite', "got's own retry → resilience()", undefined, differences);
  }
  if (scope === 'request') {
    return at(
      'todo',
      "got's own retry of a request, on an instance without a policy",
      'Make an instance with `got.extend(resilience())` and send the request with it: it goes on to obey `limit`, `methods` and `statusCodes` of a request.',
    );
  }
  const obstacles = translation.ok ? [] : translation.obstacles;
  return at(
    'todo',
    `got's own retry of an instance stays: ${[...new Set(obstacles.map(({ message }) => message))].join('; ')}`,
    [...new Set(obstacles.map(({ advice }) => advice))].join(' '),
  );
}
