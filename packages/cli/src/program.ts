import { Command, CommanderError } from 'commander';
import { type CommandIo, colorsFor, UsageError, widthOf } from './command-io.js';
import { explainCommand } from './explain/command.js';
import { migrateCommand } from './migrate/command.js';
import { reviewCommand } from './review/command.js';
import { simulateCommand } from './simulate/command.js';
import { ownVersion } from './version.js';
import { watchCommand } from './watch/command.js';

/** Runs the command line. Wrong arguments are reported on standard error, with exit code 2. */
export async function runBreakwater(args: readonly string[], io: CommandIo): Promise<void> {
  try {
    await programFor(io).parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof UsageError)
      io.stderr.write(`${colorsFor(io.stderr, io.env).red('error:')} ${error.message}\n`);
    // Commander has printed the problem. `--help` and `--version` end like this too.
    else if (!(error instanceof CommanderError)) throw error;
    io.setExitCode(error instanceof CommanderError && error.exitCode === 0 ? 0 : 2);
  }
}

const ABOUT = `Tools for Breakwater, which makes axios and got codebases resilient: retries that cannot
storm, circuit breakers, budgets, cool-downs and deadlines, set by one policy.`;

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['breakwater explain --preset standard', 'what the defaults do'],
  ['breakwater explain policy.json', 'what yours does, and what may hurt'],
  ['breakwater simulate brownout', 'how they fare while a server is slow'],
  ['breakwater migrate src', 'what would become of your code'],
  ['breakwater migrate src --write', 'the same, done'],
  ['breakwater review snapshot.json', 'what observing would have changed'],
  ['breakwater watch localhost:3000/page', 'a live page, in the terminal'],
];

function programFor(io: CommandIo): Command {
  const program = new Command('breakwater');
  const { bold, dim } = colorsFor(io.stdout, io.env);
  program
    .description(ABOUT.replace('\n', ' '))
    .version(ownVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help; with a command, its own')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ styleTitle: bold })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => widthOf(io.stdout),
      getErrHelpWidth: () => widthOf(io.stderr),
      // The colours have been decided already: unwanted ones are not written, so there is nothing to remove.
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .showHelpAfterError('(add --help to see what there is)')
    .addHelpText('after', () => {
      const lines = EXAMPLES.map(([line, what]) => `  ${line.padEnd(38)} ${dim(what)}`);
      return `\n${bold('Examples:')}\n${lines.join('\n')}\n\nExit codes: 0 fine, 1 something was found, 2 bad usage or input.`;
    });
  for (const command of [
    explainCommand(io),
    migrateCommand(io),
    reviewCommand(io),
    simulateCommand(io),
    watchCommand(io),
  ]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}
