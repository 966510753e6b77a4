// `npm run no-harm -w packages/simulator`: every family, every shape, with margins.
import { Dice } from '@breakwater/simulator';
import { HELP, parseCommand } from './arguments.js';
import { families } from './families.js';
import type { Family } from './family.js';
import { play, type Verdict } from './play.js';
import type { Shape } from './shape.js';
import { familyLines, HEAD } from './table.js';

const command = parseCommand(process.argv.slice(2));
if (command === 'help') {
  console.log(HELP);
} else {
  const chosen = families.filter(({ name }) => isChosen(name, command.families));
  if (chosen.length === 0) throw new RangeError(`--family must name families, got '${command.families.join(',')}'`);
  if (command.list) for (const { name, about } of chosen) console.log(`${name.padEnd(26)}${about}`);
  else process.exitCode = (await playAll(chosen)) ? 0 : 1;
}

function isChosen(name: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((start) => name.startsWith(start));
}

async function playAll(chosen: readonly Family[]): Promise<boolean> {
  if (command === 'help') return true;
  const summary: string[] = [];
  let holds = true;
  for (const [index, family] of chosen.entries()) {
    const shapes = shapesOf(family, index, command.samples, command.sampleSeed);
    const verdicts: Verdict[] = [];
    const startedMs = performance.now();
    for (const shape of shapes) verdicts.push(await play(shape, command.policy, command.seeds));
    const failing = verdicts.filter(({ findings }) => findings.some((finding) => !finding.holds));
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    const line = `${family.name}: ${shapes.length - failing.length} of ${shapes.length} shapes hold (${seconds} s)`;
    summary.push(line);
    if (failing.length > 0) holds = false;
    console.log(`\n${line}: ${family.about}`);
    const lines = familyLines(verdicts, command.failuresOnly);
    if (lines.length > 0) console.log([HEAD, ...lines].join('\n'));
  }
  console.log(`\n${['Summary', ...summary].join('\n  ')}`);
  return holds;
}

function shapesOf(family: Family, index: number, samples: number | undefined, seed: number): Shape[] {
  if (samples === undefined) return family.shapes();
  const dice = new Dice(seed, index);
  return Array.from({ length: samples }, () => family.sample(dice));
}
