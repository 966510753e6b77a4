// One process of the benched fleet. Calls at a steady rate and tells when it is first refused.
import { setTimeout as pass } from 'node:timers/promises';
import { callerOf, type Kind } from './caller.js';

/** Input of a member. */
export interface MemberSetup {
  readonly kind: Kind;
  readonly redisUrl: string;
  readonly upstreamUrl: string;
  readonly prefix: string;
  readonly perSecond: number;
}

const MAX_UNDER_WAY = 50;

process.once('message', async ({ kind, redisUrl, upstreamUrl, prefix, perSecond }: MemberSetup) => {
  const caller = await callerOf(kind, redisUrl, upstreamUrl, prefix);
  let open = false;
  let calls = 0;
  let underWay = 0;
  const callOnce = async (): Promise<void> => {
    // A machine that cannot keep up makes fewer calls, not a queue of them.
    if (underWay >= MAX_UNDER_WAY) return;
    underWay += 1;
    const end = await caller.call().catch(() => 'answered');
    underWay -= 1;
    if (end === 'refused' && !open) {
      open = true;
      process.send?.({ openAtMs: nowMs() });
    }
  };
  const startMs = nowMs();
  while (!open) {
    for (; calls < ((nowMs() - startMs) * perSecond) / 1_000; calls += 1) void callOnce();
    await pass(1);
  }
});

process.send?.('ready');

/** The clock that all processes of a machine share, in ms. */
function nowMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
