// A process of the mutation run: tries one file of tests without mutants, or one mutant, for each message.
import { rememberGlobals } from './globals.js';
import type { FromChild, PlainFile, PlainTest, ToChild } from './messages.js';
import { errorOfTest, mutantTrial } from './mutant-verdict.js';
import { Switches } from './switches.js';
import { readTestBundle } from './test-bundle.js';
import { NeedsJest, type Test } from './test-host.js';

const switches = new Switches();
let isCut = false;
const start = readTestBundle(process.argv[2] ?? '', () => {
  isCut = true;
});
const restoreGlobals = rememberGlobals();
const trial = mutantTrial(() => start(switches), switches, errorOf);

/** Between two signs of life. */
const ALIVE_MS = 200;
let aliveAt = 0;

// Errors that a mutant causes later must not end the process.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});
process.on('message', async (message: ToChild) => {
  if ('plain' in message) send({ plain: await plainFile(message.plain) });
  else send({ verdict: await trial.verdict(message.run) });
});
send({ alive: true });

async function plainFile(file: string): Promise<PlainFile> {
  switches.passes = new Map();
  const loaded = start(switches)(file);
  const loadHits = switches.passes;
  const tests: PlainTest[] = [];
  const failures: string[] = [];
  let left = 0;
  for (const [index, test] of loaded.entries()) {
    const hits = new Map<string, number>();
    switches.passes = hits;
    isCut = false;
    switches.steps = 0;
    const before = process.cpuUsage();
    const error = await errorOf(test);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1_000;
    if (error === undefined) tests.push({ file, index, title: test.title, ms, steps: switches.steps, hits });
    // A test may check that its cases were varied enough.
    else if (error instanceof NeedsJest || isCut) left++;
    else failures.push(`${file}: ${test.title}: ${error instanceof Error ? error.stack : String(error)}`);
  }
  return { tests, loadHits, left, failures };
}

async function errorOf(test: Test): Promise<unknown> {
  if (performance.now() - aliveAt > ALIVE_MS) send({ alive: true });
  const error = await errorOfTest(test);
  if (error !== undefined) restoreGlobals();
  return error;
}

function send(message: FromChild): void {
  aliveAt = performance.now();
  process.send?.(message);
}
