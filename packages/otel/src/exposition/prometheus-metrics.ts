import type { Policy } from '@breakwater/core';
import { FollowedPolicies } from '../metrics/followed-policies.js';
import { measureEvents } from '../metrics/measure-events.js';
import { Series } from '../metrics/series.js';
import { watchStore } from '../metrics/watch-store.js';
import { Counted } from './counted.js';
import { familiesOf, type MetricSources } from './families.js';
import { checkedSource, type PrometheusOptions } from './options.js';
import { type PromClientRegistry, registerFamilies } from './prom-client.js';
import { type ScrapeRequest, type ScrapeResponse, scrapeHandler } from './scrape-handler.js';
import { TEXT_CONTENT_TYPE, textOf } from './text-format.js';

export type { PrometheusOptions };

/** Metrics of policies for Prometheus. The functions need no `this`. */
export interface PrometheusMetrics {
  /** Content type of `text()`. */
  readonly contentType: string;
  /** Returns all metrics at this moment, in the text format of Prometheus. */
  readonly text: () => string;
  /** Answers a scrape: a handler for `node:http`, express and others with the same kind of request and response. */
  readonly handler: (request: ScrapeRequest, response: ScrapeResponse) => void;
  /**
   * Adds the metrics to a prom-client registry, which reads them at each scrape. The returned function removes these
   * metrics and no others, and does nothing after a `register.clear()`.
   *
   * @throws TypeError if `register` is not a registry; prom-client's error if it has other metrics of these names, and
   * then none is added.
   */
  readonly registerInto: (register: PromClientRegistry) => () => void;
  /** Stops counting, and removes the metrics from all registries. `text()` is empty from then on. */
  readonly stop: () => void;
}

/**
 * Counts what policies do from now on, for Prometheus. Needs neither OpenTelemetry nor prom-client, and has no timer:
 * states are read when they are scraped. Names and labels are the same as from OpenTelemetry's Prometheus exporter.
 *
 * @throws TypeError for invalid options.
 */
export function prometheus(options: PrometheusOptions = {}): PrometheusMetrics {
  const source = checkedSource(options);
  const counted = new Counted();
  const series = new Series();
  const degraded = new WeakSet<Policy>();
  const followed = new FollowedPolicies(source, (policy) => {
    const undo = [measureEvents(policy, counted, series), watchStore(policy, degraded)];
    return () => {
      for (const step of undo) step();
    };
  });
  const sources: MetricSources = { counted, series, degraded, policies: () => followed.current() };
  const registrations = new Set<() => void>();
  let isOver = false;
  const text = (): string => (isOver ? '' : textOf(familiesOf(sources)));

  return {
    contentType: TEXT_CONTENT_TYPE,
    text,
    handler: scrapeHandler(text),
    registerInto(register) {
      checkRegister(register);
      if (isOver) throw new Error('these metrics have been stopped');
      const undo = registerFamilies(register, sources);
      registrations.add(undo);
      return () => {
        registrations.delete(undo);
        undo();
      };
    },
    stop() {
      isOver = true;
      followed.stop();
      for (const undo of registrations) undo();
      registrations.clear();
    },
  };
}

const METHODS = ['registerMetric', 'getSingleMetric', 'removeSingleMetric'] as const;

function checkRegister(register: Partial<PromClientRegistry> | null | undefined): void {
  for (const method of METHODS) {
    if (typeof register?.[method] !== 'function') {
      throw new TypeError(`register must be a registry of prom-client, with the method '${method}'`);
    }
  }
}
