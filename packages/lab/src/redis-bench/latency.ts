import { type Caller, callerOf, type Kind } from './caller.js';

const ROUNDS = 40;
const CALLS_A_ROUND = 150;

/** The median time of a call through each kind of breaker, in ms: in turns, so that what disturbs one disturbs all. */
export async function medianLatencies(
  kinds: readonly Kind[],
  redisUrl: string,
  upstreamUrl: string,
): Promise<number[]> {
  const callers = await Promise.all(kinds.map((kind) => callerOf(kind, redisUrl, upstreamUrl, `latency ${kind}`)));
  const times = callers.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, caller] of callers.entries()) {
      const taken = await timesOf(caller);
      // The first round warms everything up.
      if (round > 0) times[index]?.push(...taken);
    }
  }
  for (const caller of callers) await caller.close();
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0);
}

async function timesOf(caller: Caller): Promise<number[]> {
  const times: number[] = [];
  for (let call = 0; call < CALLS_A_ROUND; call += 1) {
    const begunMs = performance.now();
    await caller.call();
    times.push(performance.now() - begunMs);
  }
  return times;
}
