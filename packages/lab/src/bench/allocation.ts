import { attachResilience } from '@breakwater/axios';
import { createPolicy } from '@breakwater/core';
import axios, { type AxiosInstance } from 'axios';
import { callLoop } from './call-loop.js';
import { AGAIN, type Effort, type Group, type Section } from './group.js';
import { cockatielPolicy, opossumBreaker } from './peers.js';
import { type TimedCase, timeInRounds } from './timed.js';

const USUAL = { rounds: 15, batch: 4_000 };
/** Code that is not compiled yet allocates more than compiled code. */
const WARM_UP_CALLS = 100_000;

/**
 * Measures the bytes that a call on the happy path allocates. Garbage costs time later, which no other bench measures.
 */
export const allocations: Section = async (effort) => [
  {
    name: 'allocation: execute',
    unit: 'bytes',
    reading: 'over',
    base: 'bare',
    ours: 'breakwater',
    cases: await allocated(executeCases(), effort),
  },
  {
    name: 'allocation: axios GET',
    unit: 'bytes',
    reading: 'over',
    base: 'bare',
    ours: 'breakwater',
    cases: await allocated(axiosCases(), effort),
  },
];

function executeCases(): TimedCase[] {
  const fn = async (): Promise<number> => 42;
  const quiet = createPolicy();
  const heard = createPolicy();
  heard.on('call', () => {});
  const { policy } = cockatielPolicy();
  const breaker = opossumBreaker(fn);
  return [
    { name: 'bare', run: callLoop(() => fn()) },
    { name: AGAIN, run: callLoop(() => fn()) },
    { name: 'breakwater', run: callLoop(() => quiet.execute(fn)) },
    { name: "breakwater, on('call')", run: callLoop(() => heard.execute(fn)) },
    { name: 'cockatiel', run: callLoop(() => policy.execute(fn)) },
    { name: 'opossum', run: callLoop(() => breaker.fire()) },
  ];
}

function axiosCases(): TimedCase[] {
  const bare = nullInstance();
  const ours = nullInstance();
  attachResilience(ours);
  return [
    { name: 'bare', run: callLoop(() => bare.get('/orders/1')) },
    { name: 'breakwater', run: callLoop(() => ours.get('/orders/1')) },
  ];
}

function nullInstance(): AxiosInstance {
  return axios.create({
    baseURL: 'http://api.example.com',
    adapter: async (config) => ({ data: '{}', status: 200, statusText: 'OK', headers: {}, config }),
  });
}

/** The heap grows by what is allocated as long as nothing is collected: the young generation has room for a batch. */
async function allocated(cases: readonly TimedCase[], { rounds, batch }: Effort): Promise<Group['cases']> {
  const calls = batch ?? USUAL.batch;
  if (batch === undefined) for (const { run } of cases) await run(WARM_UP_CALLS);
  return timeInRounds(cases, {
    rounds: rounds ?? USUAL.rounds,
    calls,
    warmUps: Math.min(rounds ?? USUAL.rounds, 2),
    now: () => BigInt(process.memoryUsage().heapUsed),
    settle: () => globalThis.gc?.({ type: 'minor', execution: 'sync' }),
  });
}
