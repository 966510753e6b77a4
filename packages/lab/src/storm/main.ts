import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, HELP, parseCommand } from './arguments.js';
import { type BenchOutcome, runBench } from './bench.js';
import { bundleProcesses } from './bundle.js';
import { clients } from './client-names.js';
import { jsonReport } from './json-report.js';
import { judge, scenesOf } from './result.js';
import { shapes } from './shapes.js';
import { LEGEND, sceneTable, targetsTable } from './tables.js';

type RunCommand = Extract<Command, { kind: 'run' }>;

/** What a shell makes of a process that Ctrl-C ended. */
const INTERRUPTED = 130;

process.exitCode = await main();

async function main(): Promise<number> {
  let command: Command;
  try {
    command = parseCommand(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nTry --help.`);
    return 2;
  }
  if (command.kind === 'run') return run(command);
  console.log(command.kind === 'help' ? HELP : listing());
  return 0;
}

async function run(command: RunCommand): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const bundle = await bundleProcesses();
  try {
    const outcome = await runBench(command, bundle, stop.signal, process.stderr);
    await report(command, outcome);
    if (stop.signal.aborted) return INTERRUPTED;
    return outcome.failures.length > 0 ? 1 : 0;
  } finally {
    bundle.remove();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function report(
  { json, html, shortened, policy }: RunCommand,
  { results, failures }: BenchOutcome,
): Promise<void> {
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
  if (json !== undefined) writeFileSync(pathOf(json), jsonReport({ scenes, judged, failures, shortened, policy }));
  if (html !== undefined) {
    const { htmlReport } = await import('./html-report.js');
    writeFileSync(pathOf(html), htmlReport({ scenes, judged, shortened, policy }));
  }
}

/** npm changes into the package before it runs a script: the paths are meant from where it was called. */
function pathOf(file: string): string {
  return resolve(process.env.INIT_CWD ?? '', file);
}

function listing(): string {
  const lines = (all: readonly { name: string; about: string; extra?: boolean }[]): string =>
    all.map(({ name, about, extra }) => `  ${name.padEnd(24)} ${about}${extra === true ? ' (extra)' : ''}`).join('\n');
  return `Shapes:\n${lines(shapes)}\n\nClients:\n${lines(clients)}`;
}
