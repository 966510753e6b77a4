import { type Behaviour, type Duration, meanMs, ratePerSecond, type Scenario } from '@breakwater/simulator';
import { UsageError } from '../../command-io.js';
import { counted, durationText, numberText, percentText } from '../../report/wording.js';
import type { NamedScenario } from '../scenario-source.js';
import type { KeyTraffic, KnownLatency } from './traffic.js';

/** Facts in addition to the traffic. */
export interface FromRules {
  /** Key that the scenario's failure affects; required if there are several. */
  readonly key: string | undefined;
  /** The clients' own time limit for an attempt, in ms. */
  readonly timeoutMs: number | undefined;
}

/**
 * Returns the scenario with the traffic of production as its normal load: a server for each key, one of which has the
 * scenario's failure. Absolute figures of the failure (slots, a rate limit) are scaled.
 *
 * @throws UsageError if the scenario changes more than one server, or if it is not clear which key is affected
 */
export function scenarioFrom(
  { name, scenario }: NamedScenario,
  traffic: readonly KeyTraffic[],
  { key, timeoutMs }: FromRules,
): NamedScenario {
  const target = targetOf(traffic, key);
  const [modelled, troubled] = troubledServer(name, scenario);
  const client = Object.values(scenario.clients)[0];
  const servers = Object.fromEntries(traffic.map((one) => [one.key, serverFor(one)]));
  const own = traffic.find((one) => one.key === target);
  const normal = servers[target] ?? {};
  const factors = {
    slots: typeof modelled.slots === 'number' ? Number(normal.slots) / modelled.slots : 1,
    perSecond: (own?.callsPerSecond ?? 1) / (rateOf(scenario) ?? own?.callsPerSecond ?? 1),
  };
  return {
    name: `${name} of ${target}`,
    scenario: {
      name: `${name} of ${target}`,
      about: aboutOf(scenario, traffic, target, timeoutMs),
      servers: { ...servers, [target]: { ...withoutLoad(modelled), ...normal } },
      clients: Object.fromEntries(
        traffic.map((one) => [
          one.key,
          {
            application: 'app',
            servers: one.key,
            key: one.key,
            traffic: { kind: 'poisson', perSecond: one.callsPerSecond },
            timeoutMs: timeoutMs ?? usualTimeoutMs(one.latency),
            ...(one.key === target && client?.tenants !== undefined && { tenants: client.tenants }),
          },
        ]),
      ),
      phases: scenario.phases.map(({ ms, name: phase, servers: changed }) => ({
        name: phase,
        ms,
        ...(changed !== undefined && { servers: { [target]: scaled(changed[troubled] ?? {}, normal, factors) } }),
      })),
    },
  };
}

function targetOf(traffic: readonly KeyTraffic[], key: string | undefined): string {
  const keys = traffic.map((one) => one.key);
  const [only] = keys;
  if (key !== undefined && keys.includes(key)) return key;
  if (key === undefined && only !== undefined && keys.length === 1) return only;
  throw new UsageError(
    `--key must be one of the keys with calls (${keys.join(', ')}), got ${key === undefined ? 'none' : JSON.stringify(key)}`,
  );
}

/** Returns the scenario's only server, with its normal behaviour. */
function troubledServer(name: string, { clients, phases, servers = { server: {} } }: Scenario): [Behaviour, string] {
  const [only, ...others] = Object.entries(servers);
  const isPlain =
    others.length === 0 && Object.keys(clients).length === 1 && phases.every(({ traffic }) => traffic === undefined);
  if (only === undefined || !isPlain) {
    throw new UsageError(`--from needs a scenario of one server, one client and constant traffic, got ${name}`);
  }
  return [only[1], only[0]];
}

/** Returns a server that uses half of its slots, like those of the built-in scenarios. */
function serverFor({ callsPerSecond, failedShare, latency }: KeyTraffic): Behaviour {
  const serviceMs = durationOf(latency);
  return {
    serviceMs,
    slots: Math.max(2, Math.ceil((2 * callsPerSecond * meanMs(serviceMs)) / 1_000)),
    ...(failedShare > 0 && { faults: [{ kind: 'status', status: 503, share: Number(failedShare.toFixed(6)) }] }),
  };
}

/** Returns a duration with exactly the given percentiles. */
function durationOf(latency: KnownLatency | undefined): Duration {
  if (latency === undefined) return { kind: 'exponential', meanMs: ASSUMED_MEAN_MS };
  if (latency.kind === 'mean') return { kind: 'exponential', meanMs: latency.meanMs };
  const { p50Ms, p95Ms } = latency;
  return {
    kind: 'mixed',
    of: [
      { share: 0.5, ms: { kind: 'uniform', fromMs: p50Ms / 2, toMs: p50Ms } },
      { share: 0.45, ms: { kind: 'uniform', fromMs: p50Ms, toMs: p95Ms } },
      { share: 0.05, ms: { kind: 'uniform', fromMs: p95Ms, toMs: p95Ms * 1.5 } },
    ],
  };
}

const ASSUMED_MEAN_MS = 50;

/** Returns five times the duration that nineteen of twenty attempts do not exceed, and at least a second. */
function usualTimeoutMs(latency: KnownLatency | undefined): number {
  const p95Ms = latency?.kind === 'percentiles' ? latency.p95Ms : 3 * (latency?.meanMs ?? ASSUMED_MEAN_MS);
  return Math.max(1_000, Math.round(5 * p95Ms));
}

/** Returns the behaviour without its dependence on load, which is taken from production instead. */
function withoutLoad({ slots: _slots, serviceMs: _serviceMs, faults: _faults, ...rest }: Behaviour): Behaviour {
  return rest;
}

function scaled(
  changed: Behaviour,
  normal: Behaviour,
  by: { readonly slots: number; readonly perSecond: number },
): Behaviour {
  const { faults, slots, throttle } = changed;
  const slotsOf = (count: number): number => Math.max(1, Math.round(count * by.slots));
  return {
    ...changed,
    ...(slots !== undefined && {
      slots:
        typeof slots === 'number' ? slotsOf(slots) : { ...slots, from: slotsOf(slots.from), to: slotsOf(slots.to) },
    }),
    ...(throttle !== undefined && { throttle: { ...throttle, perSecond: throttle.perSecond * by.perSecond } }),
    ...(faults !== undefined && { faults: [...faults, ...(normal.faults ?? [])] }),
  };
}

/** Returns the rate; undefined if it depends on the answers. */
function rateOf({ clients }: Scenario): number | undefined {
  return ratePerSecond(Object.values(clients).flatMap(({ traffic }) => traffic));
}

/** Describes which data was used, and which had to be assumed. */
function aboutOf(
  { about = '' }: Scenario,
  traffic: readonly KeyTraffic[],
  target: string,
  timeoutMs: number | undefined,
): string {
  const taken = traffic.map(({ callsPerSecond, failedShare, key, latency }) => {
    const took =
      latency === undefined
        ? `of unknown duration (${durationText(ASSUMED_MEAN_MS)} assumed)`
        : latency.kind === 'mean'
          ? `of ${durationText(latency.meanMs)} in the mean`
          : `p50 ${durationText(latency.p50Ms)}, p95 ${durationText(latency.p95Ms)}`;
    const limit = timeoutMs === undefined ? `, time limit ${durationText(usualTimeoutMs(latency))} (assumed)` : '';
    return `${key} ${numberText(callsPerSecond)} calls/s ${took}, ${percentText(failedShare)} of the attempts fail${limit}`;
  });
  return `${about} The trouble comes to ${target}. Normal day of ${counted(traffic.length, 'key')}: ${taken.join('; ')}. Assumed: each server uses half of what it has room for.`.trim();
}
