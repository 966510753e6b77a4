// Draws the charts of each built-in scenario into a directory: npm run lab:charts -- <directory>
import { join, resolve } from 'node:path';
import { builtInScenarios } from '@breakwater/simulator';
import { runBreakwater } from '../src/program.js';

const [directory = 'reports/lab-charts'] = process.argv.slice(2);
const POLICIES = 'none,naive,axios-retry,got';

for (const { name } of builtInScenarios) {
  const file = join(directory, `${name}.svg`);
  await runBreakwater(['simulate', name, '--compare', POLICIES, '--svg', file], {
    // The tables are not needed here.
    stdout: { write: () => true },
    stderr: process.stderr,
    env: process.env,
    cwd: resolve(process.env.INIT_CWD ?? '.'),
    setExitCode(code) {
      process.exitCode = code;
    },
  });
}
