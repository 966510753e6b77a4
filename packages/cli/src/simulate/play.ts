import {
  durationMs,
  type Figures,
  LatencyHistogram,
  type PolicyChoice,
  recoveryMs,
  type Scenario,
  type SimulationResult,
  simulate,
} from '@breakwater/simulator';
import type { ClientOutcome, Outcome, PhaseOutcome, Timeline } from './outcome.js';

/** Columns of a timeline: as many as fit beside a name in a terminal. */
const COLUMNS = 60;

/** Plays a scenario with one policy and one seed. `onShare` receives the elapsed share at each hundredth. */
export async function play(
  scenario: Scenario,
  policy: PolicyChoice,
  seed: number,
  onShare: (share: number) => void = () => {},
): Promise<Outcome> {
  const users = usersOf(scenario);
  const shareAt = hundredths(durationMs(scenario), onShare);
  const latency = new LatencyHistogram();
  const timeline = new TimelineRecord(durationMs(scenario));
  let logLines = 0;
  const result = await simulate(scenario, {
    policy,
    seed,
    onPolicy: (made) => made.on('breaker', () => (logLines += 1)),
    onAttempt: ({ atMs, attempt }) => {
      shareAt(atMs);
      timeline.add('attempts', atMs);
      if (attempt > 1) logLines += 1;
    },
    onCall: ({ client, end, endedMs, startedMs }) => {
      if (!users.includes(client)) return;
      timeline.add('calls', startedMs);
      if (end === 'answered') latency.add(endedMs - startedMs);
      if (end !== 'failed') timeline.add(end, startedMs);
    },
  });
  const all = sumOf(result, users);
  const { attempts } = result.figures();
  return {
    calls: all.calls,
    success: share(all.answered, all.calls),
    failed: share(all.calls - all.answered - all.refused, all.calls),
    refused: share(all.refused, all.calls),
    p50Ms: latency.quantileMs(0.5),
    p95Ms: latency.quantileMs(0.95),
    p99Ms: latency.quantileMs(0.99),
    attemptsPerCall: share(attempts, all.calls),
    peakPerSecond: peakPerSecond(result),
    recoveryMs: recoveryOf(scenario, result),
    logLines,
    phases: phaseNames(scenario).map((name) => phaseOf(result, users, name)),
    clients: users.map((name) => clientOf(result, name)),
    series: timeline.columns(),
  };
}

/** Calls `onShare` when another hundredth of the time is over. */
function hundredths(lengthMs: number, onShare: (share: number) => void): (atMs: number) => void {
  let nextMs = lengthMs / 100;
  return (atMs) => {
    if (atMs < nextMs || atMs > lengthMs) return;
    const over = Math.floor((atMs / lengthMs) * 100);
    nextMs = ((over + 1) * lengthMs) / 100;
    onShare(over / 100);
  };
}

/** Returns the clients with traffic of their own. The others act for servers. */
function usersOf({ clients, phases }: Scenario): readonly string[] {
  const isUsed = (traffic: unknown): boolean =>
    traffic !== undefined && !(Array.isArray(traffic) && traffic.length === 0);
  return Object.entries(clients)
    .filter(([name, { traffic }]) => isUsed(traffic) || phases.some((phase) => isUsed(phase.traffic?.[name])))
    .map(([name]) => name);
}

type Counts = Pick<Figures, 'calls' | 'answered' | 'refused'>;

function sumOf(result: SimulationResult, clients: readonly string[], phase?: string): Counts {
  const figures = clients.map((client) => result.figures({ client, phase }));
  const sum = (of: keyof Counts): number => figures.reduce((total, one) => total + one[of], 0);
  return { calls: sum('calls'), answered: sum('answered'), refused: sum('refused') };
}

function phaseOf(result: SimulationResult, users: readonly string[], name: string): PhaseOutcome {
  const { answered, calls, refused } = sumOf(result, users, name);
  return {
    name,
    calls,
    success: share(answered, calls),
    refused: share(refused, calls),
    attempts: result.figures({ phase: name }).attempts,
  };
}

function clientOf(result: SimulationResult, name: string): ClientOutcome {
  const { answered, calls, refused } = result.figures({ client: name });
  return { name, calls, success: share(answered, calls), refused: share(refused, calls) };
}

function phaseNames({ phases }: Scenario): string[] {
  return [...new Set(phases.map(({ name }) => name))];
}

/** Returns the recovery from the end of the last phase in which something differs. */
function recoveryOf({ phases }: Scenario, { bins, binMs }: SimulationResult): number | null | undefined {
  const changes = phases.map(({ servers, traffic }) => servers !== undefined || traffic !== undefined);
  const last = changes.lastIndexOf(true);
  if (last < 0 || last === phases.length - 1) return undefined;
  const fromMs = phases.slice(0, last + 1).reduce((sum, { ms }) => sum + ms, 0);
  return recoveryMs(bins, binMs, fromMs) ?? null;
}

function peakPerSecond({ bins, binMs }: SimulationResult): number {
  const width = Math.max(1, Math.round(1_000 / binMs));
  let within = 0;
  let most = 0;
  for (const [index, { attempts }] of bins.entries()) {
    within += attempts - (bins[index - width]?.attempts ?? 0);
    most = Math.max(most, within);
  }
  return (most * 1_000) / (width * binMs);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Counts by column, without anything after the last phase. */
class TimelineRecord {
  readonly #columnMs: number;
  readonly #counts = { calls: zeros(), answered: zeros(), refused: zeros(), attempts: zeros() };

  constructor(lengthMs: number) {
    this.#columnMs = lengthMs / COLUMNS;
  }

  add(name: 'calls' | 'answered' | 'refused' | 'attempts', atMs: number): void {
    const column = Math.floor(atMs / this.#columnMs);
    const counts = this.#counts[name];
    if (column < counts.length) counts[column] = (counts[column] ?? 0) + 1;
  }

  columns(): Timeline {
    return { columnMs: this.#columnMs, ...this.#counts };
  }
}

function zeros(): number[] {
  return Array.from({ length: COLUMNS }, () => 0);
}
