import { createPolicy, type PolicyOptions } from '@breakwater/core';
import { rivals } from '../rivals/rivals.js';
import type { Behaviour } from '../server/behaviour.js';
import {
  above0,
  at,
  boolean,
  broken,
  byKind,
  from0,
  integerFrom,
  listOf,
  numberOr,
  object,
  oneOf,
  orListOf,
  type Rule,
  recordOf,
  share,
  text,
} from './rule.js';
import type { Scenario } from './scenario.js';

/**
 * Returns the value if it is a scenario.
 *
 * @throws TypeError or RangeError otherwise, naming path, rule and value: `clients.shop.timeoutMs must be a finite
 * number > 0, got -1`
 */
export function checkScenario(value: unknown): Scenario {
  scenario('', value);
  const checked = value as Scenario;
  checkNames(checked);
  return checked;
}

/** Checks a duration, which may contain durations. */
const duration: Rule = (path, value) => anyDuration(path, value);

const mixed: Rule = (path, value) => {
  object({ kind: text, of: listOf(object({ share, ms: duration }, ['share', 'ms']), 1) }, ['of'])(path, value);
  checkShares(`${path}.of`, (value as { of: readonly { share: number }[] }).of);
};

const uniform: Rule = (path, value) => {
  object({ kind: text, fromMs: from0, toMs: from0 }, ['fromMs', 'toMs'])(path, value);
  const { fromMs, toMs } = value as { fromMs: number; toMs: number };
  if (toMs < fromMs) throw new RangeError(broken(`${path}.toMs`, `be at least fromMs (${fromMs})`, toMs));
};

const anyDuration = numberOr(
  from0,
  byKind({ uniform, mixed, exponential: object({ kind: text, meanMs: above0 }, ['meanMs']) }),
);

const ramp = object({ from: from0, to: from0, overMs: above0 }, ['from', 'to', 'overMs']);

const scope = { kind: text, share, route: text, tenantsBelow: integerFrom(0) };
const fault = byKind({
  hang: object(scope, ['share']),
  error: object({ ...scope, code: text, afterMs: duration }, ['share', 'code']),
  status: object({ ...scope, status: status(), retryAfterS: from0, worked: boolean }, ['share', 'status']),
  slow: object({ ...scope, byMs: duration }, ['share', 'byMs']),
});

const behaviour = object({
  slots: numberOr(from0, ramp),
  serviceMs: duration,
  perRequestMs: from0,
  slowFactor: numberOr(above0, ramp),
  queue: integerFrom(0),
  reach: oneOf('open', 'refused', 'silent', 'frozen'),
  resetsInFlight: boolean,
  pauses: object({ everyMs: above0, forMs: duration }, ['everyMs', 'forMs']),
  faults: listOf(fault),
  throttle: object({ perSecond: above0, status: status(), retryAfterS: from0, perTenant: boolean }, ['perSecond']),
  calls: text,
  noticesAbandonment: boolean,
});

const steady = object({ kind: text, perSecond: above0 }, ['perSecond']);
const traffic = orListOf(
  byKind({
    even: steady,
    jittered: steady,
    poisson: steady,
    burst: object({ kind: text, size: integerFrom(1), everyMs: above0, firstMs: from0 }, ['size', 'everyMs']),
    serial: object({ kind: text, users: integerFrom(1), thinkMs: from0 }, ['users', 'thinkMs']),
  }),
);

const called = { servers: orListOf(text), timeoutMs: above0, key: text, method: text };
const callKind = object(
  { ...called, share, tenant: integerFrom(0), route: text, serviceMs: duration, holdMs: duration },
  ['share'],
);

const rivalNames = oneOf(...Object.keys(rivals));

/** Checks the options of a policy, with the messages of core, or a name. */
function clientPolicy(path: string, value: unknown): void {
  if (typeof value === 'string') {
    rivalNames(path, value);
    return;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(broken(path, `be options of a policy or one of ${Object.keys(rivals).join(', ')}`, value));
  }
  try {
    createPolicy(value as PolicyOptions).close();
  } catch (error) {
    if (error instanceof Error) error.message = `${path}.${error.message}`;
    throw error;
  }
}

const client = object(
  {
    ...called,
    traffic,
    pick: oneOf('random', 'round-robin'),
    networkMs: duration,
    mix: listOf(callKind, 1),
    tenants: integerFrom(1),
    application: text,
    processes: integerFrom(1),
    policy: clientPolicy,
  },
  ['traffic'],
);

const phase = object({ name: text, ms: above0, servers: recordOf(behaviour), traffic: recordOf(traffic) }, [
  'name',
  'ms',
]);

const scenario = object(
  {
    name: text,
    about: text,
    servers: recordOf(behaviour),
    clients: recordOf(client),
    sharedStore: boolean,
    phases: listOf(phase, 1),
  },
  ['clients', 'phases'],
);

function status(): Rule {
  const integer = integerFrom(200);
  return (path, value) => {
    integer(path, value);
    if ((value as number) > 599) throw new RangeError(broken(path, 'be a status from 200 to 599', value));
  };
}

/**
 * Checks that named parts exist, that the clients of an application agree on its policy, and that the shares of a mix
 * add up to 1.
 */
function checkNames({ servers = { server: {} }, clients, phases }: Scenario): void {
  const has = (names: object, what: string, path: string, name: string): void => {
    if (!Object.hasOwn(names, name)) throw new RangeError(broken(path, `name ${what} of the scenario`, name));
  };
  for (const [name, { mix, servers: own }] of Object.entries(clients)) {
    const path = at('clients', name);
    // The default server is needed only if a call goes there.
    const isUsual = own === undefined && (mix ?? [{ servers: undefined }]).some((kind) => kind.servers === undefined);
    for (const server of [own ?? (isUsual ? 'server' : [])].flat()) has(servers, 'servers', `${path}.servers`, server);
    for (const [index, kind] of (mix ?? []).entries()) {
      for (const server of [kind.servers ?? []].flat())
        has(servers, 'servers', `${path}.mix[${index}].servers`, server);
    }
    if (mix !== undefined) checkShares(`${path}.mix`, mix);
  }
  checkPolicies(clients);
  const checkCalls = (path: string, { calls }: Behaviour): void => {
    if (calls !== undefined) has(clients, 'a client', `${path}.calls`, calls);
  };
  for (const [name, behaviour] of Object.entries(servers)) checkCalls(at('servers', name), behaviour);
  for (const [index, { servers: changed, traffic }] of phases.entries()) {
    for (const [name, behaviour] of Object.entries(changed ?? {})) {
      checkCalls(at(`phases[${index}].servers`, name), behaviour);
    }
    for (const name of Object.keys(changed ?? {})) has(servers, 'servers', `phases[${index}].servers`, name);
    for (const name of Object.keys(traffic ?? {})) has(clients, 'clients', `phases[${index}].traffic`, name);
  }
}

function checkPolicies(clients: Scenario['clients']): void {
  const known = new Map<string, string>();
  for (const [name, { application = name, policy }] of Object.entries(clients)) {
    if (policy === undefined) continue;
    const text = JSON.stringify(policy);
    const other = known.get(application) ?? text;
    known.set(application, other);
    if (other === text) continue;
    throw new RangeError(
      broken(`${at('clients', name)}.policy`, `be that of the other clients of application '${application}'`, policy),
    );
  }
}

function checkShares(path: string, entries: readonly { readonly share: number }[]): void {
  const sum = entries.reduce((total, entry) => total + entry.share, 0);
  if (Math.abs(sum - 1) > 1e-6)
    throw new RangeError(broken(path, 'have shares that add up to 1', Number(sum.toFixed(6))));
}
