import { type Clock, createPolicy, type PolicyOptions, systemClock } from '@breakwater/core';
import {
  type ClientModel,
  Dice,
  durationMs,
  type ModelCall,
  playOn,
  type Scenario,
  type SimulationResult,
  serversOf,
} from '@breakwater/simulator';
import { BalancingAgent } from './balancing-agent.js';
import { type LiveCall, type ModelHttpServer, startModelHttpServer } from './model-http-server.js';
import { type RealClient, realClient, type Send } from './real-clients.js';

export interface RealPlay {
  readonly client: RealClient;
  /** Options of a policy, or no library at all. */
  readonly policy: PolicyOptions | 'none';
  readonly seed: number;
  /** Time for calls to end after the last phase; what has not ended by then is cut off. */
  readonly drainMs: number;
}

/**
 * Plays a scenario in real time: real clients over loopback, against `node:http` servers with the simulator's models
 * behind.
 */
export async function playReal(
  scenario: Scenario,
  { client, policy, seed, drainMs }: RealPlay,
): Promise<SimulationResult> {
  const { clock, restart } = clockFromNow();
  const live = new Map<string, LiveCall>();
  let whenIdle = (): void => {};
  const servers = new Map<string, ModelHttpServer>();
  for (const name of Object.keys(serversOf(scenario)))
    servers.set(name, await startModelHttpServer(name, clock, live, (caller) => play.call(caller)));
  const made = policy === 'none' ? undefined : createPolicy({ mode: 'enforce', ...policy });
  const calls = (name: string, model: ClientModel, own: number) => {
    const send = balanced(client, model, servers, made, own);
    return async (call: ModelCall) => {
      const id = `${name} ${call.index}`;
      live.set(id, { call, seed: own });
      try {
        return await send(call, id);
      } finally {
        live.delete(id);
        whenIdle();
      }
    };
  };
  const become = (name: string, behaviour: Parameters<ModelHttpServer['become']>[0]) =>
    servers.get(name)?.become(behaviour);
  restart();
  const play = playOn({ clock, become, calls }, scenario, seed);
  await new Promise<void>((resolve) => clock.schedule(resolve, durationMs(scenario) - clock.now()));
  await new Promise<void>((resolve) => {
    const timer = clock.schedule(resolve, drainMs);
    whenIdle = () => {
      if (live.size > 0) return;
      timer.cancel();
      resolve();
    };
    whenIdle();
  });
  await Promise.all([...servers.values()].map((server) => server.close()));
  return play.result;
}

/** The client's own way to its servers, a fresh connection for each attempt. */
function balanced(
  client: RealClient,
  { pick, servers: named = 'server' }: ClientModel,
  servers: ReadonlyMap<string, ModelHttpServer>,
  policy: Parameters<typeof realClient>[2],
  seed: number,
): Send {
  const ports = [named].flat().map((name) => (servers.get(name) as ModelHttpServer).port);
  const dice = new Dice(seed, -2);
  let turns = 0;
  const next = (): number => {
    turns += 1;
    return ports[pick === 'round-robin' ? turns % ports.length : Math.floor(dice.next() * ports.length)] as number;
  };
  return realClient(client, new BalancingAgent(next), policy);
}

/** The host's clock, from 0 at this moment on, and again when it is restarted: that is how a scenario counts. */
function clockFromNow(): { readonly clock: Clock; restart(): void } {
  let startMs = systemClock.now();
  return {
    clock: { ...systemClock, now: () => systemClock.now() - startMs },
    restart: () => {
      startMs = systemClock.now();
    },
  };
}
