import { arch, cpus, loadavg, platform } from 'node:os';
import type { PolicyOptions } from '@breakwater/core';
import { HARM_DEFINITION } from './harm.js';
import type { JudgedRun, Scene } from './result.js';

export interface JsonReportInput {
  readonly scenes: readonly Scene[];
  readonly judged: readonly JudgedRun[];
  readonly failures: readonly { readonly run: string; readonly reason: string }[];
  readonly shortened: boolean;
  readonly policy: PolicyOptions | undefined;
}

/** Everything, for other tools: the shapes as they were run, the figures, the series, the targets. */
export function jsonReport({ scenes, judged, failures, shortened, policy }: JsonReportInput): string {
  const [cpu] = cpus();
  const report = {
    bench: 'storm',
    version: 1,
    atMs: Date.now(),
    machine: {
      node: process.version,
      platform: platform(),
      arch: arch(),
      cpu: cpu?.model,
      cores: cpus().length,
      load: loadavg(),
    },
    policy: policy ?? 'default',
    shortened,
    definitions: { harmed: HARM_DEFINITION },
    scenes: scenes.map(({ shape, rate, results }) => ({
      shape,
      rate,
      runs: results.map(({ client, figures, series }) => ({ client, figures, series })),
    })),
    targets: judged,
    failures,
  };
  return `${JSON.stringify(report)}\n`;
}
