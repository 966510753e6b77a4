// Measures the cost of a breaker that a fleet shares: npm run bench:redis
import { program, runProgram } from '../harness/program.js';
import type { Kind } from './caller.js';
import { benchFleet } from './fleet.js';
import { medianLatencies } from './latency.js';
import { startRedis, startUpstream } from './servers.js';

const PROCESSES = 8;
const kinds = ['no store', 'breakwater', 'round trip'] as const satisfies readonly Kind[];

const about =
  'Measures what a breaker that a fleet shares costs: beside no store, and beside one that asks Redis before each call.';

await runProgram(
  (args) => program('bench:redis', about).parse(args, { from: 'user' }),
  async () => {
    const redis = await startRedis();
    const upstream = await startUpstream();
    try {
      console.log('Time of one call over loopback HTTP, median of 6,000');
      const [base = 0, ...others] = await medianLatencies(kinds, redis.url, upstream.url);
      row('breaker', 'ms', 'added');
      row('no store', base.toFixed(4), '');
      for (const [index, ms] of others.entries()) {
        row(kinds[index + 1] ?? '', ms.toFixed(4), `${(((ms - base) / base) * 100).toFixed(1)} %`);
      }

      console.log(`\nA fleet of ${PROCESSES} processes and one upstream, healthy for a while, then failing`);
      row('breaker', 'calls/s', 'commands/s', 'bytes each', 'all open after');
      for (const perSecond of [100, 500, 2_000]) {
        for (const kind of ['breakwater', 'round trip'] as const) {
          const { commandsPerSecond, bytesPerCommand, allOpenMs } = await benchFleet(kind, PROCESSES, perSecond, redis);
          row(
            kind,
            `${perSecond}`,
            commandsPerSecond.toFixed(0),
            bytesPerCommand.toFixed(0),
            `${allOpenMs.toFixed(0)} ms`,
          );
        }
      }
      return 0;
    } finally {
      upstream.stop();
      redis.stop();
    }
  },
);

function row(...cells: readonly string[]): void {
  console.log(cells.map((cell) => cell.padEnd(14)).join(' '));
}
