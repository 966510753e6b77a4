import { setTimeout as delay } from 'node:timers/promises';
import { createPolicy, type Policy } from '@breakwater/core';
import { guardedClients, plainClients } from './clients.js';
import type { PolicyFrame, View } from './frame.js';
import { onHappening } from './happenings.js';
import { startLoad, warmUp } from './load.js';
import { callsPerSecond, type Phase, phaseAt } from './scenario.js';
import { Side, type SideResult } from './side.js';
import { startUpstreams } from './upstream-handle.js';

export interface RunResult {
  readonly plain: SideResult;
  readonly guarded: SideResult;
}

const FRAME_EVERY_MS = 100;
/** Longest time for calls to end after the last one was made. */
const DRAIN_MS = 5_000;

/**
 * Plays all phases on both sides at the same time: two equal servers, the same calls, and a policy on one side only.
 *
 * Rejects when the signal aborts. Everything that it started has ended in either case.
 */
export async function run(phases: readonly Phase[], view: View, signal: AbortSignal): Promise<RunResult> {
  const [plainUpstream, guardedUpstream] = await startUpstreams();
  // The limit suits this server, which queues what it cannot do at once: a brownout shows what it is for.
  const policy = createPolicy({ name: 'demo', limit: { kind: 'adaptive' } });
  const plain = new Side(plainUpstream, plainClients(plainUpstream.origin));
  const guarded = new Side(guardedUpstream, guardedClients(guardedUpstream.origin, policy));
  try {
    await warmUp([plain, guarded], signal);
    await play(phases, { plain, guarded }, policy, view, signal);
  } finally {
    policy.close();
    await Promise.all([plain.end(), guarded.end()]);
  }
  return { plain: plain.result(), guarded: guarded.result() };
}

interface Sides {
  readonly plain: Side;
  readonly guarded: Side;
}

async function play(
  phases: readonly Phase[],
  sides: Sides,
  policy: Policy,
  view: View,
  signal: AbortSignal,
): Promise<void> {
  const both = [sides.plain, sides.guarded];
  const startedMs = performance.now();
  const elapsedMs = () => performance.now() - startedMs;
  const endMs = phases.at(-1)?.endMs ?? 0;
  let phase = phaseAt(phases, 0);

  const step = (): void => {
    const atMs = elapsedMs();
    const current = phaseAt(phases, atMs);
    if (current !== phase) {
      for (const { upstream } of both) upstream.change(current.conditions);
      phase = current;
    }
    view.show({
      atMs: Math.min(atMs, endMs),
      phase,
      plain: sides.plain.frame(atMs),
      guarded: sides.guarded.frame(atMs),
      policy: policyFrame(policy, sides.guarded.upstream.origin),
    });
  };

  const silence = onHappening(policy, (says) => view.tell({ atMs: elapsedMs(), says }));
  const load = startLoad(both, callsPerSecond, () => phase.name);
  try {
    while (elapsedMs() < endMs) {
      await delay(FRAME_EVERY_MS, undefined, { signal });
      step();
    }
    const finished = load.finish(DRAIN_MS).then(() => true);
    while (!(await Promise.race([finished, delay(FRAME_EVERY_MS, false, { signal })]))) step();
  } finally {
    silence();
    await load.finish(0);
  }
}

function policyFrame(policy: Policy, key: string): PolicyFrame {
  const state = policy.snapshot().keys[key];
  return {
    breaker: state?.breaker?.state ?? 'closed',
    openRemainingMs: state?.breaker?.openRemainingMs ?? 0,
    coolDownMs: state?.coolDown?.remainingMs ?? 0,
    waiting: state?.coolDown?.waiting ?? 0,
    cap: state?.limit?.cap,
    budget: state?.budget?.available ?? 0,
  };
}
