// Shows Breakwater beside the clients' own retries, on loopback: npm run demo
import { colors as pc } from '../harness/colors.js';
import { writeOutputFile } from '../harness/output-file.js';
import { runProgram } from '../harness/program.js';
import { readArguments } from './arguments.js';
import { compare } from './comparison.js';
import { fits, liveView } from './live-view.js';
import { showOnPage } from './page.js';
import { type Moment, picture, recordingView } from './picture.js';
import { plainView } from './plain-view.js';
import { run } from './run.js';
import { callsPerSecond, clientTimeoutMs, type Phase, scenario } from './scenario.js';
import { summary } from './summary.js';
import { table } from './table.js';

const introduction = `
Two equal servers on loopback get the same ${callsPerSecond} calls/s at the same time, half of
them by axios, half by got; every client times out after ${clientTimeoutMs} ms.
without  axios with axios-retry, and got, with the retries that they come with
         (axios-retry: up to 3, at once; got: up to 2, after 1 s and 2 s)
with     axios and got with one Breakwater policy, every option at its default
`;

const legend = `A call counts where it began, with its attempts and its end.
p50/p95: of answered calls, until the answer. refused: without a request.`;

await runProgram(readArguments, async (options, { signal }) => {
  const phases = scenario(options.seconds);
  if (options.page) await showOnPage(phases, { write, isTTY: process.stdout.isTTY }, signal);
  else await compareBoth(phases, !options.plain && isScreen(process.stdout), options.picture, signal);
  return 0;
});

async function compareBoth(
  phases: readonly Phase[],
  onScreen: boolean,
  pictureFile: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const moments: Moment[] = [];
  const view = recordingView(onScreen ? liveView(process.stdout, phases, pc) : plainView(write), moments);
  try {
    if (!onScreen) write(introduction);
    const result = await run(phases, view, signal);
    view.close();
    if (pictureFile !== undefined) writeOutputFile(pictureFile, picture(phases, moments));
    const rows = compare(phases, result);
    write(`${onScreen ? introduction : ''}\n${table(rows, pc)}\n${pc.dim(legend)}\n\n${summary(rows)}\n`);
  } catch (error) {
    view.close();
    throw error;
  }
}

function isScreen(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && fits(stream) && process.env.TERM !== 'dumb';
}

function write(text: string): void {
  process.stdout.write(text);
}
