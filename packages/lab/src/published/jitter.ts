import { type BackoffSettings, backoffDelay } from '@breakwater/core/algorithms';
import { Dice, SimulationClock } from '@breakwater/simulator';
import type { Finding, Study } from './study.js';

const BASE_MS = 5;
const CAP_MS = 2_000;
const RUNS = 5;

/** Gives the wait before a retry, from 1; `previousMs` is the wait before. */
type Wait = (retry: number, previousMs: number | undefined, random: () => number) => number;

/** The formulas as the article prints them. */
const ARTICLE: Readonly<Record<string, Wait>> = {
  none: (retry) => Math.min(CAP_MS, BASE_MS * 2 ** retry),
  full: (retry, _, random) => random() * Math.min(CAP_MS, BASE_MS * 2 ** retry),
  equal: (retry, _, random) => {
    const half = Math.min(CAP_MS, BASE_MS * 2 ** retry) / 2;
    return half + random() * half;
  },
  decorrelated: (_, previousMs = BASE_MS, random) => Math.min(CAP_MS, BASE_MS + random() * (previousMs * 3 - BASE_MS)),
};

export const jitter: Study = {
  title: 'The jitter chart: work of clients that contend for one row',
  source:
    'AWS Architecture Blog, "Exponential backoff and jitter", 2015: a chart without figures; its formulas are played beside ours',
  assumptions:
    'Optimistic concurrency: a client reads, then writes, and starts again if another wrote in between. |N(10 ms, 2)| of network each way, base 5 ms, cap 2 s. All begin at once. Means of 5 runs. Calls to the server in all.',
  async findings() {
    const found: Finding[] = [];
    for (const clients of [50, 100]) {
      for (const [kind, wait] of Object.entries(ARTICLE)) {
        const published = await work(clients, wait);
        const ours = await work(clients, oursOf(kind));
        found.push({ row: `${clients} clients, ${kind}`, published, ours, within: published * 0.15 });
      }
    }
    return found;
  },
};

/** The article counts from 1, so that its first wait has twice the base. */
function oursOf(kind: string): Wait {
  const base = { factor: 2, maxMs: CAP_MS };
  const backoff: BackoffSettings =
    kind === 'decorrelated'
      ? { ...base, kind: 'decorrelated', baseMs: BASE_MS }
      : { ...base, kind: 'exponential', baseMs: BASE_MS * 2, jitter: kind as 'none' | 'full' | 'equal' };
  return (retry, previousMs, random) => backoffDelay(backoff, { retry, previousMs, throttled: false, random });
}

async function work(clients: number, wait: Wait): Promise<number> {
  let calls = 0;
  for (let run = 0; run < RUNS; run += 1) calls += await contest(clients, wait, new Dice(run, clients));
  return calls / RUNS;
}

/** Returns the number of calls until each client has written once. */
async function contest(clients: number, wait: Wait, dice: Dice): Promise<number> {
  const clock = new SimulationClock();
  const random = (): number => dice.next();
  const passed = (ms: number): Promise<void> => new Promise((resolve) => clock.schedule(resolve, ms));
  const network = (): Promise<void> => passed(Math.abs(10 + 2 * normal(random)));
  let version = 0;
  let calls = 0;
  const client = async (): Promise<void> => {
    let previousMs: number | undefined;
    for (let retry = 1; ; retry += 1) {
      calls += 2;
      await network();
      const read = version;
      await network();
      await network();
      const isWritten = read === version;
      if (isWritten) version += 1;
      await network();
      if (isWritten) return;
      previousMs = wait(retry, previousMs, random);
      await passed(previousMs);
    }
  };
  const all = Array.from({ length: clients }, client);
  await clock.run();
  await Promise.all(all);
  return calls;
}

/** About normal: the sum of twelve uniform numbers. */
function normal(random: () => number): number {
  let sum = -6;
  for (let index = 0; index < 12; index += 1) sum += random();
  return sum;
}
