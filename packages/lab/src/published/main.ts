// `npm run lab:published`: published results beside those of the simulator.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { program, runProgram } from '../harness/program.js';
import { experienceReport } from './experience-report.js';
import { type Played, publishedPage } from './page.js';
import { studies } from './studies.js';
import { isReached } from './study.js';

const about =
  'Plays published results about retries, breakers and overload, and prints them beside those of the simulator.';
const PAGE = fileURLToPath(new URL('../../../docs/lab/published.md', import.meta.url));

await runProgram(
  (args) =>
    program('lab:published', about)
      .option('--write', 'writes the page of the documentation', false)
      .parse(args, { from: 'user' })
      .opts<{ readonly write: boolean }>(),
  async ({ write }) => {
    const played: Played[] = [];
    for (const study of studies) {
      console.error(study.title);
      played.push({ study, findings: await study.findings() });
    }
    console.error('An experience report');
    const page = publishedPage(played, await experienceReport());
    if (write) writeFileSync(PAGE, page);
    console.log(page);
    const missed = played.flatMap(({ findings }) => findings).filter((finding) => !isReached(finding));
    console.log(
      missed.length === 0 ? 'All figures are reached.' : `Not reached: ${missed.length} figures, named above.`,
    );
    return 0;
  },
);
