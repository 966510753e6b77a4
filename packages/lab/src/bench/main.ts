// Measures the cost of Breakwater beside its peers: npm run bench
import { colors as pc } from '../harness/colors.js';
import { writeOutputFile } from '../harness/output-file.js';
import { runProgram } from '../harness/program.js';
import { type BenchOptions, readArguments } from './arguments.js';
import { writeBenchmarkPage } from './benchmark-page.js';
import { buildBench } from './built.js';
import { figuresOf, type GroupFigures } from './figures.js';
import { jsonReport } from './json-report.js';
import { describeMachine, doubtAbout, thisMachine } from './machine.js';
import { nodeBinary } from './node-binary.js';
import { runSection } from './run-section.js';
import { groupTable, LEGEND, targetsTable } from './tables.js';
import { targetsOf } from './targets.js';

await runProgram(readArguments, async (options, { signal }) => {
  // With JSON on standard output, nothing else is printed there.
  const say = options.json === true ? () => {} : (text: string) => console.log(text);
  const machine = thisMachine();
  say(describeMachine(machine));
  const groups = await measure(options, signal, say);

  const targets = targetsOf(groups);
  if (options.cpu) say('\nTimes are those of the processor, in all threads of the process.');
  say(`\n${pc.dim(LEGEND)}\n\n${targetsTable(targets, pc)}`);
  const doubt = doubtAbout(machine);
  if (doubt !== undefined) say(`\n${doubt}`);
  if (options.writeDocs) writeBenchmarkPage(machine, groups, options.cpu);
  if (options.json !== undefined) {
    const report = jsonReport({ machine, effort: options, groups, targets });
    if (options.json === true) process.stdout.write(report);
    else writeOutputFile(options.json, report);
  }
  return 0;
});

async function measure(
  options: BenchOptions,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<readonly GroupFigures[]> {
  const groups: GroupFigures[] = [];
  // All are there before anything is measured.
  const nodes = [process.execPath];
  for (const major of options.node) nodes.push(await nodeBinary(major));
  const built = await buildBench();
  try {
    for (const [index, section] of options.only.entries()) {
      console.error(pc.dim(`[${index + 1}/${options.only.length}] ${section}`));
      for (const execPath of section === 'bundle' ? nodes.slice(0, 1) : nodes) {
        const { groups: measured, node } = await runSection(section, options, built, signal, execPath);
        const figures = measured.map((group) => ({ ...figuresOf(group), ...(nodes.length > 1 && { node }) }));
        groups.push(...figures);
        for (const group of figures) say(`\n${groupTable(group, pc)}`);
      }
    }
    return groups;
  } finally {
    built.remove();
  }
}
