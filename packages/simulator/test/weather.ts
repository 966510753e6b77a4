import type { PolicyOptions } from '@breakwater/core';
import { type Behaviour, type CallRecord, type Scenario, simulate, type Traffic } from '@breakwater/simulator';

/** A stretch of time in which a server is as it is. */
export interface WeatherPhase extends Behaviour {
  readonly name: string;
  readonly ms: number;
  /** Calls a second, if they are not the storm's. */
  readonly rate?: number | undefined;
  /** So many calls at once, once a second, instead of a steady rate. */
  readonly burst?: number | undefined;
}

/** A server with 10 slots of 10 ms in good and bad weather, and its calls. */
export interface Storm {
  readonly phases: readonly WeatherPhase[];
  /** Calls a second. */
  readonly rate: number;
  /**
   * Time after which the client gives an attempt up.
   *
   * @default 250
   */
  readonly timeoutMs?: number | undefined;
}

/** The calls that began in the phases of one name. */
export interface PhaseResult {
  readonly calls: number;
  readonly answered: number;
  readonly refused: number;
  readonly attempts: number;
  readonly goodput: number;
}

export interface StormResult {
  readonly calls: number;
  readonly answered: number;
  readonly attempts: number;
  phase(name: string): PhaseResult;
  /** Ms from the beginning of the last phase until 99 % of each half second's calls are answered. */
  readonly backAfterMs: number;
  /** Durations of the answered calls, in ms, in the order in which they began. */
  readonly latenciesMs: readonly number[];
  /** Start of each attempt, in ms. */
  readonly attemptsAtMs: readonly number[];
}

/** Options of a policy, or no library at all. */
export type Client = PolicyOptions | 'bare';

export async function weather(storm: Storm, client: Client, seed = 1): Promise<StormResult> {
  const calls: CallRecord[] = [];
  const attemptsAtMs: number[] = [];
  const result = await simulate(scenarioOf(storm), {
    policy: client === 'bare' ? 'none' : client,
    seed,
    onCall: (call) => calls.push(call),
    onAttempt: ({ atMs }) => attemptsAtMs.push(atMs),
  });
  calls.sort((one, other) => one.index - other.index);
  const lastStartsMs = storm.phases.slice(0, -1).reduce((sum, { ms }) => sum + ms, 0);
  const { answered, attempts } = result.figures();
  return {
    calls: calls.length,
    answered,
    attempts,
    phase: (name) => result.figures({ phase: name }),
    backAfterMs: backAfterMs(calls, lastStartsMs),
    latenciesMs: answeredOf(calls).map(({ startedMs, endedMs }) => endedMs - startedMs),
    attemptsAtMs,
  };
}

function scenarioOf({ phases, rate, timeoutMs = 250 }: Storm): Scenario {
  const steady: Traffic = { kind: 'jittered', perSecond: rate };
  return {
    servers: { server: { slots: 10 } },
    clients: { client: { traffic: rate > 0 ? steady : [], timeoutMs } },
    phases: phases.map(({ name, ms, rate: own, burst, ...behaviour }) => {
      const traffic: Traffic =
        burst !== undefined
          ? { kind: 'burst', size: burst, everyMs: 1_000 }
          : own === undefined
            ? steady
            : { kind: 'jittered', perSecond: own };
      return { name, ms, servers: { server: behaviour }, traffic: { client: traffic } };
    }),
  };
}

function answeredOf(calls: readonly CallRecord[]): CallRecord[] {
  return calls.filter(({ end }) => end === 'answered');
}

const BACK_WINDOW_MS = 500;
const BACK_SHARE = 0.99;

/** The first moment after the last half second that was not good enough had begun. */
function backAfterMs(calls: readonly CallRecord[], fromMs: number): number {
  const last = calls.filter(({ startedMs }) => startedMs >= fromMs);
  let backMs = 0;
  let until = 0;
  let failed = 0;
  for (const [index, first] of last.entries()) {
    for (; until < last.length; until += 1) {
      const next = last[until] as CallRecord;
      if (next.startedMs >= first.startedMs + BACK_WINDOW_MS) break;
      if (next.end !== 'answered') failed += 1;
    }
    if (failed > (1 - BACK_SHARE) * (until - index)) backMs = first.startedMs - fromMs + 1;
    if (first.end !== 'answered') failed -= 1;
  }
  return Math.ceil(backMs);
}
