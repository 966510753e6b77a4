import type { Effort } from './group.js';
import { type Samples, type TimedCase, timeInRounds } from './timed.js';

/** Times cases in this process, which is to run with `--expose-gc`. */
export function measure(
  cases: readonly TimedCase[],
  { rounds, batch, cpu }: Effort,
  usual: { readonly rounds: number; readonly batch: number },
): Promise<Samples[]> {
  return timeInRounds(cases, {
    rounds: rounds ?? usual.rounds,
    calls: batch ?? usual.batch,
    warmUps: warmUpsOf(rounds ?? usual.rounds),
    now: cpu ? cpuTime : () => process.hrtime.bigint(),
    // A whole collection before each batch would let V8 forget the code of the cases that wait for their turn.
    settle: () => globalThis.gc?.({ type: 'minor', execution: 'sync' }),
  });
}

/** A run that is to show more than that it works begins with code that has been compiled. */
function warmUpsOf(rounds: number): number {
  return rounds < 5 ? rounds : 16;
}

function cpuTime(): bigint {
  const { user, system } = process.cpuUsage();
  return BigInt(user + system) * 1_000n;
}
