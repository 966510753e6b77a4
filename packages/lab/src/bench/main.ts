// What Breakwater costs beside its peers: npm run bench
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { colors as pc } from '../colors.js';
import { readArguments } from './arguments.js';
import { buildBench } from './built.js';
import { figuresOf, type GroupFigures } from './figures.js';
import { jsonReport } from './json-report.js';
import { describeMachine, doubtAbout, thisMachine } from './machine.js';
import { runSection } from './run-section.js';
import { groupTable, LEGEND, targetsTable } from './tables.js';
import { targetsOf } from './targets.js';

/** What a shell makes of a process that Ctrl-C ended. */
const INTERRUPTED = 130;

const options = readArguments(process.argv.slice(2));
const stop = new AbortController();
process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
process.exitCode = await main();

async function main(): Promise<number> {
  const machine = thisMachine();
  const groups: GroupFigures[] = [];
  // JSON on standard output is to be alone there.
  const say = options.json === true ? () => {} : (text: string) => console.log(text);
  const built = await buildBench();
  try {
    say(describeMachine(machine));
    for (const [index, section] of options.only.entries()) {
      console.error(pc.dim(`[${index + 1}/${options.only.length}] ${section}`));
      const measured = (await runSection(section, options, built, stop.signal)).map(figuresOf);
      groups.push(...measured);
      for (const group of measured) say(`\n${groupTable(group, pc)}`);
    }
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED;
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    built.remove();
  }

  const targets = targetsOf(groups);
  if (options.cpu) say('\nTimes are those of the processor, in all threads of the process.');
  say(`\n${pc.dim(LEGEND)}\n\n${targetsTable(targets, pc)}`);
  const doubt = doubtAbout(machine);
  if (doubt !== undefined) say(`\n${doubt}`);
  if (options.json !== undefined) {
    const report = jsonReport({ machine, effort: options, groups, targets });
    if (options.json === true) process.stdout.write(report);
    // npm changes into the package before it runs a script: the path is meant from where it was called.
    else writeFileSync(resolve(process.env.INIT_CWD ?? '', options.json), report);
  }
  return 0;
}
