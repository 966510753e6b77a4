import type { PolicyOptions } from '../src/options/options.js';
import { createPolicy, type Policy } from '../src/policy.js';
import { seededRandom } from '../src/testing/random.js';
import { StormClock } from './storm-clock.js';
import { type Condition, type Reply, StormServer } from './storm-server.js';

/** A stretch of time in which a server is as it is. */
export interface Phase extends Condition {
  readonly name: string;
  readonly ms: number;
  /** Calls a second, where that is not the storm's. */
  readonly rate?: number | undefined;
  /** So many calls at once, once a second, instead of a steady rate. */
  readonly burst?: number | undefined;
}

/** A server's good and bad days, and who calls it. */
export interface Storm {
  readonly phases: readonly Phase[];
  /** Calls a second. */
  readonly rate: number;
  /** When the client gives an attempt up. @default 250 */
  readonly timeoutMs?: number | undefined;
}

/** What became of the calls that began in the phases of one name. */
export interface PhaseResult {
  calls: number;
  answered: number;
  /** Ended by us, without an attempt. */
  refused: number;
  /** Attempts that were made meanwhile, by calls of whatever phase. */
  attempts: number;
  /** Answers that came meanwhile, to calls of whatever phase. */
  goodput: number;
}

export interface StormResult {
  readonly calls: number;
  readonly answered: number;
  readonly attempts: number;
  phase(name: string): Readonly<PhaseResult>;
  /** Ms from the beginning of the last phase until 99 % of each half second's calls are answered. */
  readonly backAfterMs: number;
  /** How long the answered calls took, in ms, in the order in which they began. */
  readonly latenciesMs: readonly number[];
  /** When each attempt was made, in ms. */
  readonly attemptsAtMs: readonly number[];
}

/** What stands in front of the server: options of a policy, or no library at all. */
export type Client = PolicyOptions | 'bare';

/** One server in a storm, and the calls to it. */
export async function weather(storm: Storm, client: Client, seed = 1): Promise<StormResult> {
  const [result] = await weatherAll([storm], client, seed);
  return result as StormResult;
}

/** Several servers at once, called through one policy, each under a key of its own. */
export async function weatherAll(storms: readonly Storm[], client: Client, seed = 1): Promise<StormResult[]> {
  const clock = new StormClock();
  const random = seededRandom(seed);
  const policy = client === 'bare' ? undefined : createPolicy({ mode: 'enforce', ...client, clock, random });
  const logs = storms.map((storm, index) => begin(storm, `https://host-${index}.test`, { clock, random, policy }));
  await clock.runAll();
  return logs.map((log, index) => summary(log, storms[index] as Storm));
}

interface World {
  readonly clock: StormClock;
  readonly random: () => number;
  readonly policy: Policy | undefined;
}

interface CallRecord {
  readonly startedMs: number;
  endedMs: number;
  end: 'answered' | 'failed' | 'refused';
}

interface Log {
  readonly calls: CallRecord[];
  readonly attemptsAtMs: number[];
  readonly phases: Map<string, PhaseResult>;
}

function begin({ rate, timeoutMs = 250, phases }: Storm, key: string, { clock, random, policy }: World): Log {
  const server = new StormServer(clock, random);
  const log: Log = { calls: [], attemptsAtMs: [], phases: new Map() };
  let current = newPhaseResult();

  const attempt = (): Promise<Reply> =>
    new Promise((resolve, reject) => {
      current.attempts += 1;
      log.attemptsAtMs.push(clock.now());
      const fail = (code: string) => reject(Object.assign(new Error(code), { code }));
      const timer = clock.schedule(() => fail('ECONNABORTED'), timeoutMs);
      server.request((reply) => {
        timer.cancel();
        if ('code' in reply) fail(reply.code);
        else resolve(reply);
      });
    });

  const call = (): void => {
    const phase = current;
    const record: CallRecord = { startedMs: clock.now(), endedMs: 0, end: 'failed' };
    log.calls.push(record);
    phase.calls += 1;
    const ended = (end: CallRecord['end']): void => {
      Object.assign(record, { end, endedMs: clock.now() });
      if (end === 'refused') phase.refused += 1;
      if (end !== 'answered') return;
      phase.answered += 1;
      current.goodput += 1;
    };
    const promise = policy === undefined ? attempt() : policy.execute(attempt, { key, method: 'GET' });
    promise.then(
      (reply) => ended('status' in reply && reply.status < 400 ? 'answered' : 'failed'),
      (error: { code?: unknown }) => ended(REFUSALS.has(error.code) ? 'refused' : 'failed'),
    );
  };

  const become = (phase: Phase): void => {
    current = log.phases.get(phase.name) ?? newPhaseResult();
    log.phases.set(phase.name, current);
    server.become(phase);
  };

  let startsMs = 0;
  for (const phase of phases) {
    clock.schedule(() => become(phase), startsMs);
    for (const atMs of arrivals(phase, rate, random)) clock.schedule(call, startsMs + atMs);
    startsMs += phase.ms;
  }
  return log;
}

function newPhaseResult(): PhaseResult {
  return { calls: 0, answered: 0, refused: 0, attempts: 0, goodput: 0 };
}

const REFUSALS: ReadonlySet<unknown> = new Set(['ERR_LIMITED', 'ERR_CIRCUIT_OPEN', 'ERR_COOL_DOWN']);

/** When the calls of a phase come, in ms from its beginning. A steady rate is not quite even, so that no two seeds are alike. */
function arrivals({ ms, burst, rate: own }: Phase, rate: number, random: () => number): number[] {
  if (burst !== undefined) {
    return Array.from({ length: Math.floor(ms / 1_000) * burst }, (_, index) => Math.floor(index / burst) * 1_000);
  }
  const stepMs = 1_000 / (own ?? rate);
  return Array.from({ length: Math.floor(ms / stepMs) }, (_, index) => (index + random()) * stepMs);
}

function summary({ calls, attemptsAtMs, phases: results }: Log, { phases }: Storm): StormResult {
  const answered = calls.filter(({ end }) => end === 'answered');
  const lastStartsMs = phases.slice(0, -1).reduce((sum, { ms }) => sum + ms, 0);
  return {
    calls: calls.length,
    answered: answered.length,
    attempts: attemptsAtMs.length,
    phase: (name) => results.get(name) ?? newPhaseResult(),
    backAfterMs: backAfterMs(calls, lastStartsMs),
    latenciesMs: answered.map(({ startedMs, endedMs }) => endedMs - startedMs),
    attemptsAtMs,
  };
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
