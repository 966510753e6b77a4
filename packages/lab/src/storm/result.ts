import type { Client } from './client-names.js';
import { bareOf } from './client-names.js';
import { doubtsAbout } from './doubts.js';
import type { RunFigures } from './figures.js';
import type { Series } from './series.js';
import type { Shape } from './shape.js';
import { type Verdict, verdictsOf } from './targets.js';

/** A run that came to its end. */
export interface Result {
  readonly shape: Shape;
  readonly rate: number;
  readonly client: Client;
  readonly figures: RunFigures;
  readonly series: Series;
}

/** The runs of one shape at one rate: what one table shows. */
export interface Scene {
  readonly shape: Shape;
  readonly rate: number;
  readonly results: readonly Result[];
}

export function scenesOf(results: readonly Result[]): readonly Scene[] {
  const scenes = new Map<string, { shape: Shape; rate: number; results: Result[] }>();
  for (const result of results) {
    const { shape, rate } = result;
    const key = `${shape.name} ${rate}`;
    const scene = scenes.get(key) ?? { shape, rate, results: [] };
    scene.results.push(result);
    scenes.set(key, scene);
  }
  return [...scenes.values()];
}

export interface JudgedRun {
  readonly shape: string;
  readonly rate: number;
  readonly client: string;
  readonly verdicts: readonly Verdict[];
  /** Tells if the machine was too busy for useful figures. */
  readonly doubtful: boolean;
}

/** The targets of our own clients. */
export function judge(scenes: readonly Scene[]): readonly JudgedRun[] {
  return scenes.flatMap(({ shape, rate, results }) =>
    results
      .filter(({ client }) => client.ours === true)
      .map(({ client, figures }) => {
        const bare = results.find((other) => other.client.name === bareOf(client));
        return {
          shape: shape.name,
          rate,
          client: client.name,
          verdicts: verdictsOf(shape.name, figures, bare?.figures),
          doubtful: doubtsAbout(figures).length > 0,
        };
      }),
  );
}
