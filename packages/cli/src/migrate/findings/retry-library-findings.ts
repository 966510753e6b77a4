import type * as t from '@babel/types';
import { exchangeImports, localNameOf, type Need } from '../edit/import-edits.js';
import type { Rewritten } from '../edit/import-statements.js';
import { assertionBehind, writeRequest, writeSetUp } from '../edit/policy-edits.js';
import type { Context, Source } from '../file/source.js';
import type { RetryLibrary } from '../find/libraries.js';
import { keyOf } from '../find/library-value.js';
import { runsPerRequest } from '../find/repeated-set-ups.js';
import { type Finding, findingAt } from '../finding.js';
import { planRequest, type RequestPlan } from '../translate/request-plans.js';
import { planSetUps, type SetUpPlan } from '../translate/set-up-plans.js';
import { isInside, type Obstacle } from '../translate/translation.js';

/** Result for one of the retry libraries in a file. */
export interface LibraryResult {
  readonly findings: readonly Finding[];
  /** The literals of removed imports. */
  readonly gone: ReadonlySet<t.Node>;
}

const NEED: Need = { specifier: '@breakwater/axios', name: 'attachResilience' };

/** Differences in behaviour of every set-up that becomes a policy. */
const POLICY_DIFFERENCES = [
  'A retry budget, a circuit breaker and cool-downs stand behind the instance (`budget`, `breaker`, `coolDown`; `false` switches one off).',
  'Interceptors and transforms run once per call, not once per attempt; what must be new for each attempt goes into `resilience: { beforeAttempt }`.',
];

export function migrateRetryLibrary(source: Source, library: RetryLibrary, context: Context): LibraryResult {
  const { sightings, text, comments } = source;
  const plans = planSetUps(sightings, text, comments, context.importedInstance).filter(
    ({ setUp }) => setUp.library === library,
  );
  const requests = sightings.requests
    .filter((request) => request.library === library)
    .map((request) => planRequest(request, text, comments));
  const unknown = unknownOptions(source, library, requests);
  const repeated = plans.flatMap((plan) => repeatedSetUp(source, plan, context));
  if (context.step === 'dropin') {
    const notes = plans.map((plan) => dropInNote(source, plan));
    return { findings: [...notes, ...repeated, ...unknown], gone: new Set() };
  }
  const verdict = context.verdicts[library];
  const findings = [
    ...plans.map((plan) => setUpFinding(source, plan, context)),
    ...requests.map((plan) => requestFinding(source, plan, context)),
    ...repeated,
    ...stateFindings(source, library),
    ...unknown,
  ];
  if (!verdict.allowed) return { findings, gone: new Set() };
  for (const { request, options, translation } of requests) {
    if (options) writeRequest(source.edits, request.property, options, translation);
  }
  return {
    findings,
    gone: writeSetUps(
      source,
      library,
      plans.filter(({ translation }) => translation.ok),
      requests,
    ),
  };
}

function writeSetUps(
  source: Source,
  library: RetryLibrary,
  plans: readonly SetUpPlan[],
  requests: readonly RequestPlan[],
): Set<t.Node> {
  if (plans.length === 0) return new Set();
  const { program, edits, sightings, provided } = source;
  const local = localNameOf(
    NEED,
    plans.map(({ setUp }) => setUp.call),
  );
  const inline = plans.filter(isInline);
  for (const plan of plans) writeSetUp(edits, plan, inline.includes(plan) ? INLINE : local);
  const keys = requests.map(({ request }) => request.property.node.key);
  const stretches = [...plans.flatMap(rewrittenBy), ...keys];
  const named = plans.filter((plan) => !inline.includes(plan)).flatMap(rewrittenBy);
  const gone =
    named.length > 0 ? exchangeImports(program, edits, library, NEED, local, stretches, provided) : new Set<t.Node>();
  for (const { literal } of sightings.mentions) {
    if (stretches.some((stretch) => isInside(literal, stretch))) gone.add(literal);
  }
  return gone;
}

const INLINE = "require('@breakwater/axios').attachResilience";

/** Tells if no name stands for the library, as in `require('axios-retry')(api)`. */
function isInline({ setUp }: SetUpPlan): boolean {
  let callee: t.Node = setUp.call.node.callee;
  while (callee.type === 'MemberExpression') callee = callee.object;
  return callee.type === 'CallExpression';
}

function rewrittenBy(plan: SetUpPlan): Rewritten[] {
  const { setUp, defaults, options, translation } = plan;
  const { call } = setUp;
  const edited = translation.ok ? [...translation.edit.properties] : [];
  const replaced = edited.filter(([, edit]) => edit.kind !== 'rename').map(([property]) => property);
  if (setUp.library === 'axios-retry') return [call.node.callee, ...replaced, ...[assertionBehind(plan) ?? []].flat()];
  const head = defaults && { start: defaults.assignment.node.start, end: options?.node.start };
  const statement = call.getStatementParent()?.node ?? call.node;
  return [statement, ...(head ? [head] : []), ...replaced];
}

function setUpFinding({ file }: Source, { setUp, instance, translation }: SetUpPlan, { verdicts }: Context): Finding {
  const { library, call } = setUp;
  const verdict = verdicts[library];
  const name = `set-up of ${instance === '' ? 'an instance' : `\`${instance}\``}`;
  if (!translation.ok) {
    return findingAt(
      file,
      call.node,
      'todo',
      library,
      `${name} stays: ${why(translation.obstacles)}`,
      adviceOf(translation.obstacles),
    );
  }
  if (!verdict.allowed) {
    const advice = 'Settle what is listed there, then migrate again.';
    return findingAt(file, call.node, 'todo', library, `${name} stays: ${verdict.because}`, advice);
  }
  const differences = [...POLICY_DIFFERENCES, ...translation.differences];
  return findingAt(file, call.node, 'rewrite', library, `${name} → attachResilience`, undefined, differences);
}

function requestFinding({ file }: Source, { request, translation }: RequestPlan, { verdicts }: Context): Finding {
  const { library, property } = request;
  const verdict = verdicts[library];
  if (!translation.ok) {
    const message = `options of a request stay: ${why(translation.obstacles)}`;
    return findingAt(file, property.node, 'todo', library, message, adviceOf(translation.obstacles));
  }
  if (!verdict.allowed) {
    const advice = 'Settle what is listed there, then migrate again.';
    return findingAt(file, property.node, 'todo', library, `options of a request stay: ${verdict.because}`, advice);
  }
  return findingAt(file, property.node, 'rewrite', library, 'options of a request → resilience: { maxRetries }');
}

function stateFindings({ file, sightings }: Source, library: RetryLibrary): Finding[] {
  return sightings.states
    .filter((state) => state.library === library)
    .map(({ path }) =>
      findingAt(
        file,
        path.node,
        'todo',
        library,
        `what ${library} keeps on a request is read or written`,
        'A policy keeps nothing there: use `reportOf(error)?.retries`, or the `resilience` key of the request.',
      ),
    );
}

function dropInNote({ file }: Source, { setUp, instance, translation }: SetUpPlan): Finding {
  const { library, call } = setUp;
  const name = `set-up of ${instance === '' ? 'an instance' : `\`${instance}\``}`;
  const message = translation.ok
    ? `${name} works on the drop-in; \`--to policy\` makes it attachResilience`
    : `${name} works on the drop-in; \`--to policy\` leaves it there: ${why(translation.obstacles)}`;
  return findingAt(file, call.node, 'note', library, message);
}

function repeatedSetUp({ file }: Source, { setUp }: SetUpPlan, { imported }: Context): Finding[] {
  const { call, library } = setUp;
  if (!runsPerRequest(call, imported)) return [];
  const message = 'the set-up runs with every call of its function: each gets a circuit and a budget of its own';
  const advice =
    'Create the instance and set it up once, outside the function; on one that is shared, each set-up adds to the others.';
  return [findingAt(file, call.node, 'note', library, message, advice)];
}

/** Returns options of older releases, which the drop-in ignores as retry-axios 4 does. */
function unknownOptions(
  { file, sightings }: Source,
  library: RetryLibrary,
  requests: readonly RequestPlan[],
): Finding[] {
  if (library !== 'retry-axios') return [];
  const objects = [
    ...sightings.raxDefaults.map(({ assignment }) => assignment.node.right),
    ...requests.map(({ request }) => request.property.node.value),
  ];
  return objects.flatMap((object) =>
    object.type !== 'ObjectExpression'
      ? []
      : object.properties
          .filter((property) => property.type === 'ObjectProperty' && keyOf(property) === 'noResponseRetries')
          .map((property) =>
            findingAt(
              file,
              property,
              'todo',
              library,
              '`noResponseRetries` has no effect: retry-axios 4 took it out, and so does the drop-in not have it',
              'Delete it; `retry` counts for failures without a response too.',
            ),
          ),
  );
}

function why(obstacles: readonly Obstacle[]): string {
  return [...new Set(obstacles.map(({ message }) => message))].join('; ');
}

function adviceOf(obstacles: readonly Obstacle[]): string {
  return [...new Set(obstacles.map(({ advice }) => advice))].join(' ');
}
