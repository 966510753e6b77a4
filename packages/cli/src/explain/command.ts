import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type CommandIo, colorsFor, UsageError, widthOf } from '../command-io.js';
import { textReport } from '../report/text-report.js';
import { checkDocument, writeDocument } from './document.js';
import { type Explanation, explain } from './explanation.js';
import { markdownReport } from './markdown-report.js';
import { loadPolicy, type PolicySource } from './policy-source.js';
import { commandLine, type ExplainOptions } from './request.js';
import { sectionsOf } from './sections.js';
import { type WarningId, warningIds } from './warning.js';

/** Defines `breakwater explain`: a policy in words and figures, and its risks. */
export function explainCommand(io: CommandIo): Command {
  return new Command('explain')
    .summary('say what a policy does, in words and figures, and warn of settings that hurt')
    .description(
      'Says what a policy does: how long it waits, what it costs a server that fails, when its circuit opens and for how long. Warns of settings that hurt.',
    )
    .argument(
      '[policy]',
      'a JSON file of policy options, or a module (.js, .mjs, .cjs, .ts, .mts, .cts) that exports a policy or its options',
    )
    .option('--export <name>', 'which export of the module; not needed where only one is a policy')
    .option('--preset <name>', 'a preset instead of a file: standard, externalApi, internalService, batch or coldStart')
    .option('--rate <calls/s>', 'calls per second that one key gets: figures and warnings for this rate', rate)
    .option(
      '--timeout <ms>',
      "the client's own time limit for an attempt, such as axios's timeout; by default that of the instance which the module exports",
      milliseconds,
    )
    .addOption(new Option('--json', 'print it as JSON').conflicts('markdown'))
    .option('--markdown [file]', 'write it as a Markdown document, or print that')
    .option('--check', 'with --markdown <file>: write nothing, and fail where the document is not current')
    .option('--ignore <id>', 'leave out a warning; may be repeated', ignored)
    .option('--strict', 'fail where a warning is left')
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action((path: string | undefined, options: ExplainOptions) => run(path, options, io));
}

const HELP = `
Examples:
  breakwater explain --preset standard
  breakwater explain policy.json --rate 50 --strict
  breakwater explain src/policies.ts --export billing --json
  breakwater explain policy.json --markdown docs/POLICY.md
  breakwater explain policy.json --markdown docs/POLICY.md --check

A module is run to see what it exports. BREAKWATER_MODE is not looked at.

Exit codes: 0 fine, 1 with --strict or --check where they are not met, 2 bad usage or policy.`;

/** Figures for higher rates add no information. */
const MAX_RATE = 1_000_000;

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= MAX_RATE) return value;
  throw new InvalidArgumentError(`It must be a number above 0 and at most ${MAX_RATE}.`);
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= MAX_TIMEOUT_MS) return value;
  throw new InvalidArgumentError(`It must be a number above 0 and at most ${MAX_TIMEOUT_MS}.`);
}

/** The longest time that a timer can wait. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

function ignored(id: string, others: readonly WarningId[] = []): WarningId[] {
  const known = warningIds.find((own) => own === id);
  if (known !== undefined) return [...others, known];
  throw new InvalidArgumentError(`There are ${warningIds.join(', ')}.`);
}

async function run(path: string | undefined, options: ExplainOptions, io: CommandIo): Promise<void> {
  const source = sourceOf(path, options);
  if (options.check === true && typeof options.markdown !== 'string') {
    throw new UsageError('--check needs --markdown <file>: the document to look at');
  }
  const { settings, clientTimeoutMs } = await loadPolicy(source, io.cwd);
  const explanation = explain(settings, {
    source: source.kind === 'preset' ? `preset ${source.name}` : source.path,
    callsPerSecond: options.rate,
    clientTimeoutMs: options.timeout ?? clientTimeoutMs,
    ignore: options.ignore ?? [],
  });
  if (options.strict === true && explanation.warnings.length > 0) io.setExitCode(1);
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify(explanation, null, 2)}\n`);
    return;
  }
  const sections = sectionsOf(explanation, settings);
  if (options.markdown === undefined) {
    const look = { colors: colorsFor(io.stdout, io.env), width: widthOf(io.stdout) };
    io.stdout.write(textReport(headingOf(explanation), sections, look));
    return;
  }
  const text = markdownReport(headingOf(explanation), sections, commandLine(source, options));
  if (options.markdown === true) io.stdout.write(text);
  else await keepDocument(options.markdown, text, options.check === true, io);
}

function sourceOf(path: string | undefined, { preset, export: exportName, markdown }: ExplainOptions): PolicySource {
  if (path !== undefined && preset !== undefined) throw new UsageError('give a file or --preset, not both');
  if (preset !== undefined) {
    if (exportName !== undefined) throw new UsageError('--export is for modules, not for presets');
    return { kind: 'preset', name: preset };
  }
  if (path !== undefined) return { kind: 'file', path, exportName };
  const hint = typeof markdown === 'string' ? ` (${markdown} was taken for the document of --markdown)` : '';
  throw new UsageError(`give the file of a policy, or --preset <name>${hint}`);
}

function headingOf({ name, mode, enforceRate, source }: Explanation): string {
  const share = enforceRate < 1 ? `, ${Math.round(enforceRate * 1e4) / 100} % of calls` : '';
  return `Policy ${JSON.stringify(name)} (${mode}${share}), from ${source}`;
}

async function keepDocument(path: string, text: string, isCheck: boolean, io: CommandIo): Promise<void> {
  const file = resolve(io.cwd, path);
  const result = await (isCheck ? checkDocument : writeDocument)(file, path, text);
  const { green, red } = colorsFor(io.stderr, io.env);
  switch (result.kind) {
    case 'current':
      io.stderr.write(`${green('current')} ${path}\n`);
      return;
    case 'written':
      io.stderr.write(`${green('written')} ${path}\n`);
      return;
    case 'stale':
      io.stdout.write(result.patch);
      io.stderr.write(`${red('stale')} ${path}: run the same without --check\n`);
      io.setExitCode(1);
  }
}
