import type { Clock } from '@breakwater/core';
import { mixedSeed } from './chance/dice.js';
import type { AttemptRecord, CallRecord } from './client/call-record.js';
import type { ClientModel } from './client/client-model.js';
import type { ModelCall } from './client/model-call.js';
import { ModelClient } from './client/model-client.js';
import { SimulationRecord } from './result/record.js';
import { type RecoveryRule, recoveryMs } from './result/recovery.js';
import type { SeriesBin } from './result/series.js';
import type { Figures } from './result/tally.js';
import { checkScenario } from './scenario/check-scenario.js';
import { durationMs, phaseStartMs, type Scenario } from './scenario/scenario.js';
import type { Behaviour } from './server/behaviour.js';

/** Stage of a scenario: modelled servers on a virtual clock, or others, such as real clients and servers. */
export interface Stage {
  readonly clock: Clock;
  /** Changes the behaviour of a server from now on. */
  become(server: string, behaviour: Behaviour): void;
  /**
   * Returns a function that makes one call of a client, and rejects with the error with which the call ends. It must
   * call `call.attemptBegan` for each attempt.
   *
   * @param seed - names the client's random numbers
   */
  calls(client: string, model: ClientModel, seed: number): (call: ModelCall) => Promise<{ readonly status: number }>;
}

/** A scenario in progress on a stage. */
export interface Play {
  /** The result so far. It is complete once the phases are over and their calls have ended. */
  readonly result: SimulationResult;
  /**
   * Makes one call through a client, for servers that call others. Resolves at its end, with whether it was answered.
   */
  call(client: string): Promise<boolean>;
}

/** Observers of the run. */
export interface Observers {
  /** Called at the end of each call. */
  readonly onCall?: ((call: CallRecord) => void) | undefined;
  /** Called at the beginning of each attempt. */
  readonly onAttempt?: ((attempt: AttemptRecord) => void) | undefined;
}

/** Result of a policy in a scenario. */
export interface SimulationResult {
  /**
   * Returns the figures of all calls, or only of those of one client or of those that began in the phases of one name.
   */
  figures(only?: { readonly client?: string | undefined; readonly phase?: string | undefined }): Figures;
  /** The scenario over time. */
  readonly bins: readonly Readonly<SeriesBin>[];
  readonly binMs: number;
  /**
   * Returns the time from the beginning of a phase until the calls of all clients succeed for good; undefined if they
   * never do.
   */
  recoveryMs(phase: string, rule?: RecoveryRule): number | undefined;
}

/**
 * Schedules a scenario on the clock of a stage, which has to run for it to be played. The scenario begins at 0 ms of
 * that clock.
 *
 * @throws TypeError or RangeError if the scenario is invalid, naming path, rule and value
 */
export function playOn(stage: Stage, scenario: Scenario, seed: number, observers: Observers = {}): Play {
  const { clock } = stage;
  checkScenario(scenario);
  const models = serversOf(scenario);
  const record = new SimulationRecord(durationMs(scenario));
  const clients = Object.entries(scenario.clients).map(([name, model], index) => {
    const own = mixedSeed(seed, CLIENTS, index);
    const host = {
      clock,
      seed: own,
      perform: stage.calls(name, model, own),
      ...counting(name, clock, record, observers),
    };
    return { name, model, client: new ModelClient(name, model, host) };
  });
  let startMs = 0;
  for (const phase of scenario.phases) {
    const atMs = startMs;
    clock.schedule(() => {
      for (const { name, model, client } of clients) client.become(phase.traffic?.[name] ?? model.traffic, atMs);
      record.phaseBegan(phase.name);
      for (const [name, model] of Object.entries(models)) stage.become(name, { ...model, ...phase.servers?.[name] });
    }, atMs - clock.now());
    startMs += phase.ms;
  }
  clock.schedule(() => {
    for (const { client } of clients) client.become(undefined, startMs);
    record.phaseBegan(AFTERWARDS);
  }, startMs - clock.now());
  return {
    result: resultOf(scenario, record),
    call: async (name) => (await clients.find((client) => client.name === name)?.client.call()) ?? false,
  };
}

/** Returns the servers of a scenario; one, called `server`, if it names none. */
export function serversOf({ servers = { server: {} } }: Scenario): Readonly<Record<string, Behaviour>> {
  return servers;
}

const CLIENTS = 2;

/** Name of the time after the last phase in the figures. */
const AFTERWARDS = 'afterwards';

/** Counts the calls of a client, and passes them on. */
function counting(client: string, clock: Clock, record: SimulationRecord, { onAttempt, onCall }: Observers) {
  return {
    callBegan: () => {
      const ended = record.callBegan(client, clock.now());
      return (call: CallRecord) => {
        ended(call);
        onCall?.(call);
      };
    },
    attemptBegan: (attempt: AttemptRecord) => {
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
