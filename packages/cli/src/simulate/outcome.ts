/** Result of one policy in one scenario with one seed, as plain data. */
export interface Outcome {
  /** All calls of users, without those that servers make. */
  readonly calls: number;
  /** Shares of the calls, in 0..1. */
  readonly success: number;
  readonly failed: number;
  readonly refused: number;
  /** Durations of the answered calls, in ms. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** All requests to servers, per call of a user. */
  readonly attemptsPerCall: number;
  /** Most requests to servers within a second. */
  readonly peakPerSecond: number;
  /**
   * Time from the end of the last change until 99 % of the calls succeed for good, in ms. `null` if they never do;
   * undefined if nothing changes.
   */
  readonly recoveryMs: number | null | undefined;
  /** Log lines: one for each retry and each change of a breaker. */
  readonly logLines: number;
  readonly phases: readonly PhaseOutcome[];
  /** The users' calls by the client that made them. */
  readonly clients: readonly ClientOutcome[];
  readonly series: Timeline;
}

/** The calls of one client. */
export interface ClientOutcome {
  readonly name: string;
  readonly calls: number;
  readonly success: number;
  readonly refused: number;
}

/** The calls that began in the phases of one name. */
export interface PhaseOutcome {
  readonly name: string;
  readonly calls: number;
  readonly success: number;
  readonly refused: number;
  readonly attempts: number;
}

/** A scenario over time, in equal columns. */
export interface Timeline {
  readonly columnMs: number;
  /** Calls of users that began in each column, and how many of them were answered and refused in the end. */
  readonly calls: readonly number[];
  readonly answered: readonly number[];
  readonly refused: readonly number[];
  /** Requests to servers that began in each column. */
  readonly attempts: readonly number[];
}

/** Returns the means over seeds. If one outcome never recovers, the mean is `null`. */
export function meanOutcome(outcomes: readonly Outcome[]): Outcome {
  const [first] = outcomes;
  if (first === undefined) throw new RangeError('there must be an outcome at least');
  const mean = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  const columns = (of: (series: Timeline) => readonly number[]): number[] =>
    of(first.series).map((_, column) => mean(({ series }) => of(series)[column] ?? 0));
  const recoveries = outcomes.map(({ recoveryMs }) => recoveryMs);
  return {
    calls: mean(({ calls }) => calls),
    success: mean(({ success }) => success),
    failed: mean(({ failed }) => failed),
    refused: mean(({ refused }) => refused),
    p50Ms: mean(({ p50Ms }) => p50Ms),
    p95Ms: mean(({ p95Ms }) => p95Ms),
    p99Ms: mean(({ p99Ms }) => p99Ms),
    attemptsPerCall: mean(({ attemptsPerCall }) => attemptsPerCall),
    peakPerSecond: mean(({ peakPerSecond }) => peakPerSecond),
    recoveryMs: recoveries.includes(null) ? null : first.recoveryMs === undefined ? undefined : mean(recovered),
    logLines: mean(({ logLines }) => logLines),
    phases: first.phases.map(({ name }, index) => ({
      name,
      calls: mean(({ phases }) => phases[index]?.calls ?? 0),
      success: mean(({ phases }) => phases[index]?.success ?? 0),
      refused: mean(({ phases }) => phases[index]?.refused ?? 0),
      attempts: mean(({ phases }) => phases[index]?.attempts ?? 0),
    })),
    clients: first.clients.map(({ name }, index) => ({
      name,
      calls: mean(({ clients }) => clients[index]?.calls ?? 0),
      success: mean(({ clients }) => clients[index]?.success ?? 0),
      refused: mean(({ clients }) => clients[index]?.refused ?? 0),
    })),
    series: {
      columnMs: first.series.columnMs,
      calls: columns(({ calls }) => calls),
      answered: columns(({ answered }) => answered),
      refused: columns(({ refused }) => refused),
      attempts: columns(({ attempts }) => attempts),
    },
  };
}

function recovered({ recoveryMs }: Outcome): number {
  return recoveryMs ?? 0;
}
