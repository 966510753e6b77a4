import { Dice } from '../chance/dice.js';
import type { ModelServer } from '../server/model-server.js';
import type { SimulationClock } from '../time/simulation-clock.js';
import type { Caller } from './caller.js';
import type { ClientModel } from './client-model.js';
import { sendAttempt } from './model-attempt.js';
import type { ModelCall } from './model-call.js';

/** Layers under the calls of one client: the processes of its application, then its servers. */
export interface CallPath {
  readonly clock: SimulationClock;
  readonly callers: readonly Caller[];
  readonly servers: ReadonlyMap<string, ModelServer>;
  /** Seed of the attempts' random numbers. */
  readonly seed: number;
}

/** Returns a function that makes one call of a client through its policy. */
export function simulatedCalls(
  model: ClientModel,
  { callers, clock, seed, servers }: CallPath,
): (call: ModelCall) => Promise<{ readonly status: number }> {
  let turns = 0;
  const pick = (names: readonly string[], dice: Dice): string => {
    const { length } = names;
    if (length === 1) return names[0] as string;
    turns += 1;
    return names[model.pick === 'round-robin' ? turns % length : Math.floor(dice.next() * length)] as string;
  };
  return (call) => {
    const { index, key, method, timeoutMs: clientTimeoutMs } = call;
    const attempt = () => {
      const dice = new Dice(seed, index, call.attempts + 1);
      const server = pick(call.servers, dice);
      call.attemptBegan(server, clock.now());
      return sendAttempt(clock, servers.get(server) as ModelServer, call, dice, model.networkMs);
    };
    return (callers[index % callers.length] as Caller).execute(attempt, { key, method, clientTimeoutMs });
  };
}
