import { createPolicy } from '@breakwater/core';
import pRetry from 'p-retry';
import { callLoop } from './call-loop.js';
import { AGAIN, type Group, type Section } from './group.js';
import { measure } from './measure.js';
import { cockatielPolicy, opossumBreaker } from './peers.js';
import type { TimedCase } from './timed.js';

type Fn = () => Promise<unknown>;

/** The happy path of a function in each library, over a bare `await fn()`. */
export const execute: Section = async (effort) => [
  ...(await groupsOf('an async function', async () => 42, effort, { rounds: 60, batch: 5_000 })),
  ...(await groupsOf('a turn of the event loop', () => new Promise(setImmediate), effort, {
    rounds: 20,
    batch: 1_000,
  })),
];

async function groupsOf(
  name: string,
  fn: Fn,
  effort: Parameters<typeof measure>[1],
  usual: Parameters<typeof measure>[2],
): Promise<Group[]> {
  const bare = [
    { name: 'bare', run: callLoop(() => fn()) },
    { name: AGAIN, run: callLoop(() => fn()) },
  ];
  const [quiet, heard] = [withoutListener(fn), withListener(fn)];
  const samples = await measure([...bare, ...quiet, ...heard], effort, usual);
  const samplesOf = (cases: readonly TimedCase[]) =>
    samples.filter((measured) => cases.some((one) => one.name === measured.name));
  const kind = { unit: 'ns', reading: 'over', base: 'bare' } as const;
  return [
    { ...kind, name: `execute: ${name}`, ours: 'breakwater', cases: samplesOf([...bare, ...quiet]) },
    {
      ...kind,
      name: `execute: ${name}, one listener`,
      ours: "breakwater, on('call')",
      cases: samplesOf([...bare, ...heard]),
    },
  ];
}

function withoutListener(fn: Fn): TimedCase[] {
  const policy = createPolicy({ limit: false });
  const withLimit = createPolicy();
  const { policy: wrapped } = cockatielPolicy();
  const breaker = opossumBreaker(fn);
  return [
    { name: 'breakwater', run: callLoop(() => policy.execute(fn)) },
    { name: 'breakwater, with adaptive limit', run: callLoop(() => withLimit.execute(fn)) },
    { name: 'cockatiel', run: callLoop(() => wrapped.execute(fn)) },
    { name: 'opossum', run: callLoop(() => breaker.fire()) },
    { name: 'p-retry', run: callLoop(() => pRetry(fn, { retries: 3 })) },
  ];
}

function withListener(fn: Fn): TimedCase[] {
  const heard = { events: 0 };
  const listener = (): void => {
    heard.events += 1;
  };
  const onCall = createPolicy({ limit: false });
  onCall.on('call', listener);
  const onAttempt = createPolicy({ limit: false });
  onAttempt.on('attempt', listener);
  const { policy, retry } = cockatielPolicy();
  retry.onSuccess(listener);
  const breaker = opossumBreaker(fn);
  breaker.on('success', listener);
  return [
    { name: "breakwater, on('call')", run: callLoop(() => onCall.execute(fn)) },
    { name: "breakwater, on('attempt')", run: callLoop(() => onAttempt.execute(fn)) },
    { name: 'cockatiel, onSuccess', run: callLoop(() => policy.execute(fn)) },
    { name: "opossum, on('success')", run: callLoop(() => breaker.fire()) },
  ];
}
