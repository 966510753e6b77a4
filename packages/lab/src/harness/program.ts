import { Command, CommanderError } from 'commander';
import { type Interrupt, listenForInterrupt } from './interrupt.js';

/** Exit code for arguments that make no sense. */
const USAGE = 2;

/**
 * Makes the command line of a program of the lab. It throws for `--help` and for wrong arguments; {@link runProgram}
 * tells the user.
 */
export function program(script: string, about: string): Command {
  return new Command(`npm run ${script} --`)
    .description(about)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
}

/**
 * Runs a program: reads its arguments, runs it, and sets the exit code of the process.
 *
 * The code is what `run` returns; 1 if it throws; 2 for wrong arguments; 128 and the signal's number after Ctrl-C and
 * the like.
 */
export async function runProgram<T>(
  parse: (args: readonly string[]) => T,
  run: (options: T, interrupt: Interrupt) => Promise<number>,
): Promise<void> {
  const interrupt = listenForInterrupt();
  const options = parsed(parse);
  if (options === undefined) return;
  try {
    process.exitCode = await run(options.value, interrupt);
  } catch (error) {
    // An interrupted run fails with the interrupt.
    if (!interrupt.signal.aborted) console.error(error);
    process.exitCode = 1;
  }
  process.exitCode = interrupt.exitCode() ?? process.exitCode;
}

function parsed<T>(parse: (args: readonly string[]) => T): { readonly value: T } | undefined {
  try {
    return { value: parse(process.argv.slice(2)) };
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    console.error(`${error instanceof Error ? error.message : String(error)}\nTry --help.`);
    process.exitCode = USAGE;
    return undefined;
  }
}
