import type { PolicyOptions } from '@breakwater/core';
import type { Bundle } from './bundle.js';
import type { Client } from './client-names.js';
import { figuresOf } from './figures.js';
import { ProgressView } from './progress.js';
import type { Result } from './result.js';
import { type RunPlan, runOne } from './run.js';
import { seriesOf } from './series.js';
import type { Shape } from './shape.js';

export interface BenchPlan {
  readonly shapes: readonly Shape[];
  readonly rates: readonly number[];
  readonly clients: readonly Client[];
  readonly policy: PolicyOptions | undefined;
  readonly warmUpMs: number;
}

export interface BenchOutcome {
  readonly results: readonly Result[];
  readonly failures: readonly { readonly run: string; readonly reason: string }[];
}

/** All runs, one after the other, so that none disturbs another. Stops at `signal` with what there is. */
export async function runBench(
  { shapes, rates, clients, policy, warmUpMs }: BenchPlan,
  bundle: Bundle,
  signal: AbortSignal,
  out: NodeJS.WriteStream,
): Promise<BenchOutcome> {
  const plans: RunPlan[] = shapes.flatMap((shape) =>
    rates.flatMap((rate) => clients.map((client) => ({ shape, rate, client, policy, warmUpMs }))),
  );
  const view = new ProgressView(plans, out);
  const results: Result[] = [];
  const failures: { run: string; reason: string }[] = [];
  for (const [index, plan] of plans.entries()) {
    if (signal.aborted) break;
    const { shape, rate, client } = plan;
    view.update(index, undefined);
    try {
      const record = await runOne(plan, bundle, signal, (progress) => view.update(index, progress));
      const figures = figuresOf(shape, record);
      results.push({ shape, rate, client, figures, series: seriesOf(shape, record) });
      view.finish(index, figures);
    } catch (error) {
      if (signal.aborted) break;
      const reason = error instanceof Error ? error.message : String(error);
      view.fail(index, reason);
      failures.push({ run: `${shape.name} at ${rate}/s, ${client.name}`, reason });
    }
  }
  view.close();
  return { results, failures };
}
