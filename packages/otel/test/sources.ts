import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from '../src/index.js';
import { type InstrumentName, instruments } from '../src/metrics/instruments.js';
import { prometheus } from '../src/prometheus.js';
import type { TimedSample } from './prometheus-server.js';
import { type ScrapedSample, scrape, serving } from './scrape.js';
import type { Traffic } from './traffic.js';

/** Changes of names on their way: none, by a collector that adds units, by one that adds nothing. */
const NAMINGS: Readonly<Record<string, (name: string) => string>> = {
  '': (name) => name,
  ' with units': withUnit,
  ' plain': (name) => name.replace(/_total$/, ''),
};
const SOURCES = ['own', 'exporter'] as const;

/** A job of Prometheus for each way to it: our own text or the exporter of OpenTelemetry, and each naming. */
export const JOBS = SOURCES.flatMap((source) => Object.keys(NAMINGS).map((naming) => `${source}${naming}`));

/** Scrapes of some traffic, by job. */
export type Scrapes = ReadonlyMap<string, readonly TimedSample[]>;

/** Time of the first scrape, in seconds since 1970. */
const STARTED_AT = 1_700_000_000;
const EVERY = 15;
const SCRAPES = 6;
/** Time of the last scrape. */
export const SCRAPED_AT = STARTED_AT + (SCRAPES - 1) * EVERY;

/** Plays traffic, and scrapes it over HTTP from both sources again and again. */
export async function scrapesOf(play: () => Traffic): Promise<Scrapes> {
  const { policies, more, close } = play();
  const metrics = prometheus({ policies });
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  const stop = instrument({ policies, meterProvider: provider, spans: false });
  const samples = new Map<string, TimedSample[]>(JOBS.map((job) => [job, []]));
  const keep = (source: string, scraped: readonly ScrapedSample[], at: number): void => {
    for (const [naming, named] of Object.entries(NAMINGS)) {
      const job = `${source}${naming}`;
      const kept = scraped.map(({ name, labels, value }) => ({
        name: named(name),
        labels: { ...labels, job },
        value,
        at,
      }));
      samples.get(job)?.push(...kept);
    }
  };
  await serving(metrics.handler, (own) =>
    serving(
      (request, response) => exporter.getMetricsRequestHandler(request, response),
      async (exported) => {
        for (let index = 0; index < SCRAPES; index += 1) {
          await more();
          keep('own', (await scrape(own)).samples, STARTED_AT + index * EVERY);
          keep('exporter', (await scrape(exported)).samples, STARTED_AT + index * EVERY);
        }
      },
    ),
  );
  stop();
  await provider.shutdown();
  metrics.stop();
  close();
  return samples;
}

const inSeconds = (Object.keys(instruments) as InstrumentName[])
  .filter((name) => instruments[name].unit === 's')
  .map((name) => name.replaceAll('.', '_'));

/** Returns the name as a collector of OpenTelemetry writes it, which adds the unit. */
function withUnit(name: string): string {
  const metric = inSeconds.find((other) => name === other || name.startsWith(`${other}_`));
  return metric === undefined ? name : name.replace(metric, `${metric}_seconds`);
}
