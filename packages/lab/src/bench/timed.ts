/** A case to be timed: `run` makes that many calls in any way, and settles when all have ended. */
export interface TimedCase {
  readonly name: string;
  run(calls: number): Promise<void>;
}

export interface Timing {
  readonly rounds: number;
  readonly calls: number;
  readonly warmUps: number;
  /** Nanoseconds, on a scale that never goes backwards. */
  now(): bigint;
  /** Called before each batch, so that no case pays for the garbage of another. */
  settle(): void;
}

/** Measurement of a case: a figure per round. */
export interface Samples {
  readonly name: string;
  readonly samples: readonly number[];
}

/** Runs all cases in each round, beginning each round with another one, so that disturbances affect all alike. */
export async function timeInRounds(
  cases: readonly TimedCase[],
  { rounds, calls, warmUps, now, settle }: Timing,
): Promise<Samples[]> {
  const samples = cases.map((): number[] => []);
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const [place] of cases.entries()) {
      const index = (place + round + warmUps) % cases.length;
      settle();
      const begunNs = now();
      await cases[index]?.run(calls);
      const tookNs = Number(now() - begunNs);
      if (round >= 0) samples[index]?.push(tookNs / calls);
    }
  }
  return cases.map(({ name }, index) => ({ name, samples: samples[index] ?? [] }));
}
