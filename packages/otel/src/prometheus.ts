export type { PromClientRegistry } from './exposition/prom-client.js';
export { type PrometheusMetrics, type PrometheusOptions, prometheus } from './exposition/prometheus-metrics.js';
export type { ScrapeRequest, ScrapeResponse } from './exposition/scrape-handler.js';
