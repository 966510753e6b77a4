import { type InstrumentName, instruments } from '../src/metrics/instruments.js';
import { prometheus } from '../src/prometheus.js';
import type { TimedSample } from './prometheus-server.js';
import { scrape, serving } from './scrape.js';
import type { Traffic } from './traffic.js';

/** Scrapes of some traffic, as each way to Prometheus names it, by its job. */
export type Scrapes = ReadonlyMap<string, readonly TimedSample[]>;

export const JOBS = ['own', 'suffixed', 'plain'] as const;
/** Time of the first scrape, in seconds since 1970. */
const STARTED_AT = 1_700_000_000;
const EVERY = 15;
const SCRAPES = 6;
/** Time of the last scrape. */
export const SCRAPED_AT = STARTED_AT + (SCRAPES - 1) * EVERY;

/** Plays traffic, and scrapes it over HTTP again and again. */
export async function scrapesOf(play: () => Traffic): Promise<Scrapes> {
  const { policies, more, close } = play();
  const metrics = prometheus({ policies });
  const samples = new Map<string, TimedSample[]>(JOBS.map((job) => [job, []]));
  await serving(metrics.handler, async (url) => {
    for (let index = 0; index < SCRAPES; index += 1) {
      await more();
      const own = (await scrape(url)).samples;
      const at = STARTED_AT + index * EVERY;
      const add = (job: string, named: (name: string) => string) =>
        samples
          .get(job)
          ?.push(
            ...own.map((sample) => ({ ...sample, name: named(sample.name), labels: { ...sample.labels, job }, at })),
          );
      add('own', (name) => name);
      add('suffixed', suffixed);
      add('plain', (name) => name.replace(/_total$/, ''));
    }
  });
  metrics.stop();
  close();
  return samples;
}

const inSeconds = (Object.keys(instruments) as InstrumentName[])
  .filter((name) => instruments[name].unit === 's')
  .map((name) => name.replaceAll('.', '_'));

/** Returns the name as a collector of OpenTelemetry writes it, which adds the unit. */
function suffixed(name: string): string {
  const metric = inSeconds.find((other) => name === other || name.startsWith(`${other}_`));
  return metric === undefined ? name : name.replace(metric, `${metric}_seconds`);
}
