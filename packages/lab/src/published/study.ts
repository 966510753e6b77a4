/** A published result, and the same of this simulator. */
export interface Study {
  readonly title: string;
  readonly source: string;
  /** The source's model, as far as the figures depend on it. */
  readonly assumptions: string;
  /** Plays it and compares. */
  findings(): Promise<readonly Finding[]>;
}

/** One figure. */
export interface Finding {
  readonly row: string;
  /** Undefined if the source has no such figure: ours alone. */
  readonly published: number | undefined;
  readonly ours: number;
  /** Largest difference that counts as the same; undefined if there is nothing to compare. */
  readonly within?: number | undefined;
  /** Reason if the model does not reach the figure, or a remark. */
  readonly note?: string | undefined;
}

/** Tells if a figure is reached; true if there is nothing to compare. */
export function isReached({ ours, published, within }: Finding): boolean {
  if (published === undefined || within === undefined) return true;
  // Room for the last bits of a sum.
  return Math.abs(ours - published) <= within + 1e-9;
}
