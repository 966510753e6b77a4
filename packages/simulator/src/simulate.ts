import type { Policy } from '@breakwater/core';
import { mixedSeed } from './chance/dice.js';
import { Applications } from './client/applications.js';
import type { AttemptRecord, CallRecord } from './client/call-record.js';
import type { PolicyChoice } from './client/caller.js';
import type { ClientModel } from './client/client-model.js';
import { type ClientHost, ModelClient } from './client/model-client.js';
import { SimulationRecord } from './result/record.js';
import { type RecoveryRule, recoveryMs } from './result/recovery.js';
import type { SeriesBin } from './result/series.js';
import type { Figures } from './result/tally.js';
import { durationMs, phaseStartMs, type Scenario } from './scenario/scenario.js';
import { ModelServer } from './server/model-server.js';
import { SimulationClock } from './time/simulation-clock.js';

/** How a scenario is played. */
export interface SimulationOptions {
  /** What stands between the clients and their servers. @default the default policy */
  readonly policy?: PolicyChoice | undefined;
  /** Names the random numbers, in its lower 32 bits: the same seed, the same result. @default 1 */
  readonly seed?: number | undefined;
  /** The processes of an application share the state of their breakers, as through a store without delay. @default false */
  readonly sharedStore?: boolean | undefined;
  /** Time for calls to end after the last phase, in ms; what has not ended by then is unfinished. @default 600000 */
  readonly drainMs?: number | undefined;
  /** Called at the end of each call. */
  readonly onCall?: ((call: CallRecord) => void) | undefined;
  /** Called at the beginning of each attempt. */
  readonly onAttempt?: ((attempt: AttemptRecord) => void) | undefined;
  /** Called with each policy before the simulation begins, once for each process of an application. */
  readonly onPolicy?: ((policy: Policy, application: string, process: number) => void) | undefined;
  /** Called with the clock before the simulation begins, to set tasks of one's own on it. */
  readonly onClock?: ((clock: SimulationClock) => void) | undefined;
}

/** What a policy made of a scenario. */
export interface SimulationResult {
  /** The figures of all calls, or only of those of a client or of those that began in the phases of a name. */
  figures(only?: { readonly client?: string | undefined; readonly phase?: string | undefined }): Figures;
  /** The simulation over time. */
  readonly bins: readonly Readonly<SeriesBin>[];
  readonly binMs: number;
  /** Time from the beginning of a phase until the calls of all clients succeed for good; undefined if they never do. */
  recoveryMs(phase: string, rule?: RecoveryRule): number | undefined;
}

/**
 * Plays a scenario with the real policies of this library on a virtual clock.
 *
 * @throws TypeError or RangeError (the promise rejects) for bad options of the policy, or if a client names an unknown server
 */
export async function simulate(scenario: Scenario, options: SimulationOptions = {}): Promise<SimulationResult> {
  const { seed = 1, policy = {}, sharedStore = false, drainMs = 600_000 } = options;
  const clock = new SimulationClock();
  const lengthMs = durationMs(scenario);
  const record = new SimulationRecord(lengthMs);
  options.onClock?.(clock);

  const models = scenario.servers ?? { server: {} };
  const servers = new Map(
    Object.keys(models).map((name, index) => [name, new ModelServer(clock, mixedSeed(seed, SERVERS, index))]),
  );
  const applications = new Applications({
    clock,
    seed: mixedSeed(seed, POLICIES),
    policy,
    sharedStore,
    onPolicy: (made, application, process) => options.onPolicy?.(made, application, process),
  });
  const clients = Object.entries(scenario.clients).map(([name, model], index) => {
    checkServers(name, model, servers);
    const client = new ModelClient(name, model, {
      clock,
      servers,
      seed: mixedSeed(seed, CLIENTS, index),
      callers: applications.callers(model.application ?? name, model.processes ?? 1),
      ...observers(name, clock, record, options),
    });
    return { name, model, client };
  });

  let startMs = 0;
  for (const phase of scenario.phases) {
    clock.schedule(() => {
      record.phaseBegan(phase.name);
      for (const [name, server] of servers) server.become({ ...models[name], ...phase.servers?.[name] });
      for (const { name, model, client } of clients) client.become(phase.traffic?.[name] ?? model.traffic);
    }, startMs);
    startMs += phase.ms;
  }
  clock.schedule(() => {
    record.phaseBegan(AFTERWARDS);
    for (const { client } of clients) client.become(undefined);
  }, lengthMs);
  await clock.run(lengthMs + drainMs);
  return resultOf(scenario, record);
}

function checkServers(client: string, model: ClientModel, servers: ReadonlyMap<string, ModelServer>): void {
  const lists = [model, ...(model.mix ?? [])].map((called) => called.servers);
  for (const server of lists.flat()) {
    if (server === undefined || servers.has(server)) continue;
    throw new RangeError(`clients.${client}.servers must name servers of the scenario, got '${server}'`);
  }
}

const [SERVERS, CLIENTS, POLICIES] = [1, 2, 3];

/** The name that figures have of what happens after the last phase. */
const AFTERWARDS = 'afterwards';

/** Counts what a client does, and passes it on. */
function observers(
  client: string,
  clock: SimulationClock,
  record: SimulationRecord,
  { onAttempt, onCall }: SimulationOptions,
): Pick<ClientHost, 'attemptBegan' | 'callBegan'> {
  return {
    callBegan: () => {
      const ended = record.callBegan(client, clock.now());
      return (call) => {
        ended(call);
        onCall?.(call);
      };
    },
    attemptBegan: (attempt) => {
      record.attemptBegan(client, attempt.atMs);
      onAttempt?.(attempt);
    },
  };
}

function resultOf(scenario: Scenario, record: SimulationRecord): SimulationResult {
  const { bins, binMs } = record.series;
  return {
    figures: (only = {}) => record.sum(only).figures(),
    bins,
    binMs,
    recoveryMs: (phase, rule) => {
      const fromMs = phaseStartMs(scenario, phase);
      if (fromMs === undefined) throw new RangeError(`phase must be the name of a phase, got '${phase}'`);
      return recoveryMs(bins, binMs, fromMs, rule);
    },
  };
}
