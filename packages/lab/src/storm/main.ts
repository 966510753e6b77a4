// Shows how clients fare when their server does not: npm run bench:storm
import { writeOutputFile } from '../harness/output-file.js';
import { runProgram } from '../harness/program.js';
import { readArguments, type StormRun } from './arguments.js';
import { type BenchOutcome, runBench } from './bench.js';
import { bundleProcesses } from './bundle.js';
import { clients } from './client-names.js';
import { jsonReport } from './json-report.js';
import { judge, scenesOf } from './result.js';
import { shapes } from './shapes.js';
import { LEGEND, sceneTable, targetsTable } from './tables.js';

await runProgram(readArguments, async (command, { signal }) => {
  if (command.kind === 'list') {
    console.log(listing());
    return 0;
  }
  const bundle = await bundleProcesses();
  try {
    const outcome = await runBench(command, bundle, signal, process.stderr);
    await report(command, outcome);
    return outcome.failures.length > 0 ? 1 : 0;
  } finally {
    bundle.remove();
  }
});

async function report({ json, html, shortened, policy }: StormRun, { results, failures }: BenchOutcome): Promise<void> {
  const scenes = scenesOf(results);
  // Shortened phases have other figures, and the targets are those of the full ones.
  const judged = shortened ? [] : judge(scenes);
  const parts = scenes.map(sceneTable);
  if (scenes.length > 0) parts.push(LEGEND);
  if (judged.length > 0) parts.push(targetsTable(judged));
  if (policy !== undefined) parts.push(`Not the default policy, but ${JSON.stringify(policy)}`);
  if (shortened) parts.push('The phases were shortened: these figures mean nothing.');
  if (failures.length > 0) parts.push(failures.map(({ run, reason }) => `No figures for ${run}: ${reason}`).join('\n'));
  console.log(`\n${parts.join('\n\n')}`);
  if (json !== undefined) writeOutputFile(json, jsonReport({ scenes, judged, failures, shortened, policy }));
  if (html !== undefined) {
    const { htmlReport } = await import('./html-report.js');
    writeOutputFile(html, htmlReport({ scenes, judged, shortened, policy }));
  }
}

function listing(): string {
  const lines = (all: readonly { name: string; about: string; extra?: boolean }[]): string =>
    all.map(({ name, about, extra }) => `  ${name.padEnd(24)} ${about}${extra === true ? ' (extra)' : ''}`).join('\n');
  return `Shapes:\n${lines(shapes)}\n\nClients:\n${lines(clients)}`;
}
