import { Command, Option } from 'commander';
import { type CommandIo, colorsFor, progressOn, UsageError } from '../command-io.js';
import type { Step } from './file/source.js';
import { jsonReport } from './report/json-report.js';
import { textReport } from './report/text-report.js';
import { leftOver, run } from './run.js';

interface MigrateOptions {
  readonly to: Step;
  readonly dryRun?: true;
  readonly write?: true;
  readonly check?: true;
  readonly json?: true;
}

const HELP = `
What it does:
  --to dropin  imports of axios-retry and retry-axios become imports of @breakwater/axios/axios-retry
               and @breakwater/axios/retry-axios: same exports, same options, no other change
  --to policy  set-ups of axios-retry, retry-axios and got become policies where the translation is
               certain; what becomes different is printed. What is not certain goes to the drop-in.
  Both list what only you can judge, with file and line: hand-written retry interceptors and loops,
  p-retry and the like around requests, mocks.

Exit codes:
  0  fine
  1  --check: something is left, to rewrite or by hand; or a file could not be read or parsed
  2  the command could not be understood, or there was nothing to look at

Examples:
  breakwater migrate                        shows what the first step would change below this directory
  breakwater migrate src --write            makes the first step
  breakwater migrate src --to policy        shows what the second step would change
  breakwater migrate --to policy --check    for CI: fails while anything is left
`;

/** Defines `breakwater migrate`. */
export function migrateCommand(io: CommandIo): Command {
  return new Command('migrate')
    .description("move code from axios-retry, retry-axios and got's own retry over to Breakwater, step by step")
    .argument('[paths...]', 'files and directories; without any, this directory')
    .addOption(
      new Option('--to <step>', 'how far to go: "dropin" changes imports, "policy" turns set-ups into policies')
        .choices(['dropin', 'policy'])
        .default('dropin'),
    )
    .addOption(
      new Option('--dry-run', 'print the changes as a diff and write nothing; this is the default').conflicts('write'),
    )
    .option('--write', 'write the changes')
    .option('--check', 'exit with 1 where something is left to do')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', HELP)
    .action((paths: readonly string[], options: MigrateOptions) => migrate(paths, options, io));
}

async function migrate(paths: readonly string[], options: MigrateOptions, io: CommandIo): Promise<void> {
  const progress = progressOn(io);
  try {
    const result = await run({
      paths: paths.length > 0 ? paths : ['.'],
      cwd: io.cwd,
      step: options.to,
      write: options.write === true,
      onProgress: (text) => progress.show(text),
    });
    progress.clear();
    if (result.looked === 0 && !result.findings.some(({ level }) => level === 'note'))
      throw new UsageError(
        nothingIn(
          paths,
          result.findings.map(({ file, message }) => `${file}: ${message}`),
        ),
      );
    const report = options.json
      ? jsonReport(result, options.to)
      : textReport(result, options.to, colorsFor(io.stdout, io.env));
    io.stdout.write(report);
    const hasError = result.findings.some(({ level }) => level === 'error');
    const isLeft = options.check === true && leftOver(result).length > 0;
    io.setExitCode(hasError || isLeft ? 1 : 0);
  } finally {
    progress.clear();
  }
}

function nothingIn(paths: readonly string[], reasons: readonly string[]): string {
  if (reasons.length > 0) return reasons.join('\n');
  return `no JavaScript, TypeScript or Vue file in ${paths.length > 0 ? paths.join(', ') : 'this directory'}`;
}
