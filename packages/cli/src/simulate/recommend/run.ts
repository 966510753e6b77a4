import type { PolicyOptions } from '@breakwater/core';
import { type CommandIo, colorsFor, progressOn, widthOf } from '../../command-io.js';
import { textReport } from '../../report/text-report.js';
import { DEFAULTS } from '../contender.js';
import { withOption } from '../options-at.js';
import type { NamedScenario } from '../scenario-source.js';
import { openPlayers } from '../threads/players.js';
import { Bench } from './bench.js';
import type { Goal } from './goals.js';
import type { Change } from './knobs.js';
import { recommend } from './recommendation.js';
import type { RecommendationReport } from './report.js';
import { recommendationSections } from './sections.js';

/** Input of a recommendation. */
export interface RecommendRequest {
  readonly scenarios: readonly NamedScenario[];
  readonly goals: readonly Goal[];
  /** The policy that the search begins with, and its name in reports. */
  readonly start: { readonly name: string; readonly options: PolicyOptions };
  readonly seeds: readonly number[];
  readonly json: boolean;
}

/** Searches for settings that meet the goals, and prints them with their reasons. */
export async function runRecommend(request: RecommendRequest, io: CommandIo): Promise<void> {
  const { goals, json, scenarios, seeds, start } = request;
  const heldOut = seedsBeside(seeds);
  const progress = progressOn(io);
  const players = openPlayers(io.cores);
  try {
    const found = await recommend(new Bench(scenarios, players), {
      start: start.options,
      defaults: start.name === DEFAULTS ? undefined : {},
      goals,
      seeds,
      heldOut,
      onProgress: (text) => progress.show(`recommend: ${text}`),
    });
    progress.clear();
    const report: RecommendationReport = {
      schema: 1,
      scenarios: scenarios.map(({ name }) => name),
      goals: goals.map(({ text }) => text),
      start: start.name,
      seeds,
      heldOut,
      policy: optionsOf(found.changes),
      ...found,
    };
    const look = { colors: colorsFor(io.stdout, io.env), width: widthOf(io.stdout) };
    const heading = `Settings for ${goals.map(({ text }) => text).join(', ')}`;
    io.stdout.write(
      json ? `${JSON.stringify(report, null, 2)}\n` : textReport(heading, recommendationSections(report), look),
    );
  } finally {
    progress.clear();
    await players.close();
  }
}

/** Returns other seeds: as many as these, and at least four. */
function seedsBeside(seeds: readonly number[]): number[] {
  const others: number[] = [];
  for (let seed = Math.max(...seeds) + 1; others.length < Math.max(LEAST_HELD_OUT, seeds.length); seed += 1) {
    const own = seed % 2 ** 32;
    if (!seeds.includes(own)) others.push(own);
  }
  return others;
}

const LEAST_HELD_OUT = 4;

function optionsOf(changes: readonly Change[]): PolicyOptions {
  return changes.reduce<PolicyOptions>(
    (options, { option, value }) => withOption(options, option.split('.'), value),
    {},
  );
}
