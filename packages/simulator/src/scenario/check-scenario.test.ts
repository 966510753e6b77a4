import { describe, expect, test } from '@jest/globals';
import { checkScenario } from './check-scenario.js';
import { parseScenario } from './parse-scenario.js';

const whole = {
  name: 'all',
  about: 'everything that a scenario may have',
  servers: {
    one: {
      slots: { from: 1, to: 10, overMs: 1_000 },
      serviceMs: {
        kind: 'mixed',
        of: [
          { share: 0.9, ms: 10 },
          { share: 0.1, ms: { kind: 'exponential', meanMs: 100 } },
        ],
      },
      perRequestMs: 1,
      slowFactor: 2,
      queue: 100,
      reach: 'open',
      resetsInFlight: true,
      pauses: { everyMs: 1_000, forMs: { kind: 'uniform', fromMs: 50, toMs: 300 } },
      faults: [
        { kind: 'hang', share: 0.1, route: '/a' },
        { kind: 'error', share: 0.1, code: 'ECONNRESET', afterMs: 5 },
        { kind: 'status', share: 0.1, status: 503, retryAfterS: 5, worked: true, tenantsBelow: 2 },
        { kind: 'slow', share: 0.1, byMs: 100 },
      ],
      throttle: { perSecond: 10, status: 429, retryAfterS: 1, perTenant: true },
      calls: 'shop',
      noticesAbandonment: true,
    },
    'two.example': {},
  },
  clients: {
    shop: {
      traffic: [
        { kind: 'even', perSecond: 1 },
        { kind: 'jittered', perSecond: 1 },
        { kind: 'poisson', perSecond: 1 },
        { kind: 'burst', size: 10, everyMs: 1_000, firstMs: 10 },
        { kind: 'serial', users: 5, thinkMs: 0 },
      ],
      servers: ['one', 'two.example'],
      pick: 'round-robin',
      timeoutMs: 1_000,
      networkMs: 1,
      method: 'POST',
      key: 'shop',
      tenants: 5,
      application: 'shop',
      processes: 3,
      policy: { retry: { maxRetries: 1 }, breaker: false },
      mix: [
        {
          share: 0.5,
          route: '/a',
          tenant: 1,
          servers: 'one',
          serviceMs: 5,
          holdMs: 5,
          timeoutMs: 5,
          key: 'a',
          method: 'GET',
        },
        { share: 0.5 },
      ],
    },
  },
  sharedStore: true,
  phases: [{ name: 'a', ms: 1_000, servers: { one: { slots: 1 } }, traffic: { shop: [] } }],
};

/** The whole scenario with the value at the path replaced. */
function withValue(path: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(whole));
  const names = path.split('/');
  const last = names.pop() as string;
  let place = copy;
  for (const name of names) place = place[name];
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

test('accepts everything that a scenario may have', () => {
  expect(checkScenario(whole)).toBe(whole);
  expect(parseScenario(JSON.stringify(whole), 'all.json')).toEqual(whole);
});

describe('names path, rule and value of what is wrong', () => {
  test.each<[string, unknown, string]>([
    ['clients', undefined, 'clients must be given, got undefined'],
    ['phases', [], 'phases must have at least 1 entries, got 0'],
    ['sharedStore', 1, 'sharedStore must be true or false, got 1'],
    [
      'fases',
      [],
      "the scenario must have no fields but name, about, servers, clients, sharedStore, phases, got 'fases'",
    ],
    ['servers/one/slots', '10', "servers.one.slots must be a number or an object, got '10'"],
    ['servers/one/slots', -1, 'servers.one.slots must be a finite number >= 0, got -1'],
    ['servers/one/slots/overMs', 0, 'servers.one.slots.overMs must be a finite number > 0, got 0'],
    ['servers/one/slot', 1, 'servers.one must have no fields but slots, serviceMs, perRequestMs'],
    ['servers/two.example/queue', 1.5, 'servers["two.example"].queue must be an integer >= 0, got 1.5'],
    ['servers/one/reach', 'down', "servers.one.reach must be one of 'open', 'refused', 'silent', 'frozen', got 'down'"],
    [
      'servers/one/faults/0/kind',
      'crash',
      "servers.one.faults[0].kind must be one of 'hang', 'error', 'status', 'slow', got 'crash'",
    ],
    ['servers/one/faults/1/share', 1.1, 'servers.one.faults[1].share must be a number in 0..1, got 1.1'],
    ['servers/one/faults/1/code', undefined, 'servers.one.faults[1].code must be given, got undefined'],
    ['servers/one/faults/2/status', 700, 'servers.one.faults[2].status must be a status from 200 to 599, got 700'],
    ['servers/one/faults/2/worked', 1, 'servers.one.faults[2].worked must be true or false, got 1'],
    ['servers/one/faults', {}, 'servers.one.faults must be a list, got {}'],
    [
      'servers/one/serviceMs/of/1/ms/meanMs',
      null,
      'servers.one.serviceMs.of[1].ms.meanMs must be a finite number > 0, got null',
    ],
    ['servers/one/serviceMs/of/0/share', 0.5, 'servers.one.serviceMs.of must have shares that add up to 1, got 0.6'],
    ['servers/one/pauses/forMs/toMs', 10, 'servers.one.pauses.forMs.toMs must be at least fromMs (50), got 10'],
    ['clients/shop/traffic/0/perSecond', 0, 'clients.shop.traffic[0].perSecond must be a finite number > 0, got 0'],
    [
      'clients/shop/traffic',
      { kind: 'steady' },
      "clients.shop.traffic.kind must be one of 'even', 'jittered', 'poisson', 'burst', 'serial', got 'steady'",
    ],
    ['clients/shop/servers', 'three', "clients.shop.servers must name servers of the scenario, got 'three'"],
    [
      'clients/shop/mix/0/servers',
      'three',
      "clients.shop.mix[0].servers must name servers of the scenario, got 'three'",
    ],
    ['clients/shop/mix/0/share', 0.4, 'clients.shop.mix must have shares that add up to 1, got 0.9'],
    ['servers/one/calls', 'other', "servers.one.calls must name a client of the scenario, got 'other'"],
    [
      'phases/0/servers/one/calls',
      'other',
      "phases[0].servers.one.calls must name a client of the scenario, got 'other'",
    ],
    [
      'clients/shop/policy',
      'nave',
      "clients.shop.policy must be one of 'none', 'naive', 'axios-retry', 'got', 'token-bucket', 'breaker-only', got 'nave'",
    ],
    ['clients/shop/policy', 3, 'clients.shop.policy must be options of a policy or one of none, naive, '],
    [
      'clients/shop/policy',
      { retry: { maxRetries: -1 } },
      'clients.shop.policy.retry.maxRetries must be an integer >= 0, got -1',
    ],
    [
      'clients/other',
      { traffic: [], servers: 'one', application: 'shop', policy: 'none' },
      "clients.other.policy must be that of the other clients of application 'shop', got 'none'",
    ],
    ['clients/shop/processes', 0, 'clients.shop.processes must be an integer >= 1, got 0'],
    ['phases/0/ms', Number.NaN, 'phases[0].ms must be a finite number > 0, got null'],
    ['phases/0/name', '', "phases[0].name must be a non-empty string, got ''"],
    ['phases/0/servers', { three: {} }, "phases[0].servers must name servers of the scenario, got 'three'"],
    ['phases/0/traffic', { other: [] }, "phases[0].traffic must name clients of the scenario, got 'other'"],
  ])('%s: %j', (path, value, message) => {
    const json = JSON.stringify(withValue(path, value));
    expect(() => checkScenario(JSON.parse(json))).toThrow(message);
    expect(() => parseScenario(json, 'bad.json')).toThrow(`bad.json: ${message}`);
  });

  test.each([[null], [[]], ['x']])('%j', (value) => {
    expect(() => checkScenario(value)).toThrow('the scenario must be an object, got ');
  });

  test('a value that is no JSON', () => {
    expect(() => parseScenario('{', 'bad.json')).toThrow(SyntaxError);
    expect(() => parseScenario('{', 'bad.json')).toThrow(/^bad\.json: /);
  });
});

test('the usual server is needed only if a call goes there', () => {
  const mixed = (other: object) => ({
    servers: { one: {} },
    clients: {
      a: {
        traffic: [],
        mix: [
          { share: 0.5, servers: 'one' },
          { share: 0.5, ...other },
        ],
      },
    },
    phases: [{ name: 'all', ms: 1 }],
  });
  expect(() => checkScenario(mixed({ servers: 'one' }))).not.toThrow();
  expect(() => checkScenario(mixed({}))).toThrow("clients.a.servers must name servers of the scenario, got 'server'");
});
