import { Command } from 'commander';
import { type CommandIo, colorsFor, widthOf } from '../command-io.js';
import { textReport } from '../report/text-report.js';
import { reviewOf } from './review.js';
import { reviewSections } from './sections.js';
import { readSnapshots } from './snapshot-file.js';

/** Defines `breakwater review`: what an observed policy would have done. */
export function reviewCommand(io: CommandIo): Command {
  return new Command('review')
    .summary('say what a policy in mode observe would have done')
    .description(
      'Says what policies would have done with the calls that they only observed: retries, calls saved, attempts refused, extra load.',
    )
    .argument(
      '<snapshot...>',
      'files with what policy.snapshot() gave, as JSON; those of several processes are summed up',
    )
    .option('--json', 'print it as JSON')
    .addHelpText('after', HELP)
    .action((paths: string[], { json }: { json?: true }) => run(paths, json === true, io));
}

const HELP = `
Examples:
  breakwater review snapshot.json
  breakwater review snapshots/*.json --json

Write the file with fs.writeFileSync('snapshot.json', JSON.stringify(policy.snapshot())),
or keep what a health endpoint that shows the snapshot answers.

Exit codes: 0 fine, 2 bad usage or file.`;

async function run(paths: readonly string[], asJson: boolean, io: CommandIo): Promise<void> {
  const snapshots = await Promise.all(paths.map((path) => readSnapshots(path, io.cwd)));
  const reviews = reviewOf(snapshots.flat());
  if (asJson) {
    io.stdout.write(`${JSON.stringify(reviews, null, 2)}\n`);
    return;
  }
  const look = { colors: colorsFor(io.stdout, io.env), width: widthOf(io.stdout) };
  io.stdout.write(textReport('What would have happened', reviews.flatMap(reviewSections), look));
}
