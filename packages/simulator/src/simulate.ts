import type { Policy } from '@breakwater/core';
import { mixedSeed } from './chance/dice.js';
import { Applications } from './client/applications.js';
import type { PolicyChoice } from './client/caller.js';
import { simulatedCalls } from './client/simulated-calls.js';
import { type RivalName, rivals } from './rivals/rivals.js';
import { durationMs, type Scenario } from './scenario/scenario.js';
import { ModelServer } from './server/model-server.js';
import { type Observers, playOn, type SimulationResult, serversOf } from './stage.js';
import { SimulationClock } from './time/simulation-clock.js';

/** Options of a simulation. */
export interface SimulationOptions extends Observers {
  /**
   * Layer between the clients and their servers. Clients with a policy of their own keep that.
   *
   * @default the default policy
   */
  readonly policy?: PolicyChoice | undefined;
  /** Seed of the random numbers, in its lower 32 bits: the same seed gives the same result. @default 1 */
  readonly seed?: number | undefined;
  /** Lets the processes of an application share the state of their breakers. @default the scenario's `sharedStore` */
  readonly sharedStore?: boolean | undefined;
  /** Time for calls to end after the last phase, in ms. Calls that take longer are unfinished. @default 600000 */
  readonly drainMs?: number | undefined;
  /** Called with each policy before the simulation begins, once for each process of an application. */
  readonly onPolicy?: ((policy: Policy, application: string, process: number) => void) | undefined;
  /** Called with the clock before the simulation begins, to schedule further tasks. */
  readonly onClock?: ((clock: SimulationClock) => void) | undefined;
}

/**
 * Plays a scenario with the real policies of this library on a virtual clock.
 *
 * @throws TypeError or RangeError (the promise rejects) for a bad scenario, naming path, rule and value, and for bad
 * options of the policy
 */
export async function simulate(scenario: Scenario, options: SimulationOptions = {}): Promise<SimulationResult> {
  const { seed = 1, policy = {}, sharedStore = scenario.sharedStore === true, drainMs = 600_000 } = options;
  const clock = new SimulationClock();
  options.onClock?.(clock);
  const servers = new Map(
    Object.keys(serversOf(scenario)).map((name, index) => [
      name,
      new ModelServer(clock, mixedSeed(seed, SERVERS, index), (client) => play.call(client)),
    ]),
  );
  const applications = new Applications({
    clock,
    seed: mixedSeed(seed, POLICIES),
    policyOf: (application) => ownPolicy(scenario, application) ?? policy,
    sharedStore,
    onPolicy: (made, application, process) => options.onPolicy?.(made, application, process),
  });
  const stage = {
    clock,
    become: (name: string, behaviour: Parameters<ModelServer['become']>[0]) => servers.get(name)?.become(behaviour),
    calls: (name: string, model: Scenario['clients'][string], own: number) => {
      const callers = applications.callers(model.application ?? name, model.processes ?? 1);
      return simulatedCalls(model, { clock, callers, servers, seed: own });
    },
  };
  const play = playOn(stage, scenario, seed, options);
  await clock.run(durationMs(scenario) + drainMs);
  return play.result;
}

/** Returns the policy that the scenario gives to an application. */
function ownPolicy({ clients }: Scenario, application: string): PolicyChoice | undefined {
  const own = Object.entries(clients).find(
    ([name, model]) => (model.application ?? name) === application && model.policy !== undefined,
  );
  const policy = own?.[1].policy;
  return typeof policy === 'string' ? rivals[policy as RivalName].policy : policy;
}

const SERVERS = 1;
const POLICIES = 3;
