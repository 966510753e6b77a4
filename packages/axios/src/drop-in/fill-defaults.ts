import { joinedHeaders, mergedConfig, type RequestHeaders } from '../axios-types.js';
import type { DropInConfig } from './retry-rule.js';

/**
 * Fills in the present defaults of an instance for what a config does not set. A callback may have deleted something,
 * or changed the defaults themselves: the retries of the libraries are requests of the instance, which use its
 * defaults.
 */
export function fillDefaults(config: DropInConfig, defaults: object): void {
  const { method } = config.method ? config : (defaults as DropInConfig);
  config.method = (method || 'get').toLowerCase();
  const merged = mergedConfig(defaults, { ...config, headers: { ...config.headers } });
  // The releases before 1.2 keep to themselves how they merge.
  if (merged === undefined) return;
  const open = config as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(merged)) {
    if (name === 'params' || open[name] === undefined) open[name] = value;
  }
  config.headers = flat(merged.headers as Record<string, unknown>, config.method, config.headers);
}

/**
 * Headers as they are sent, of those that the defaults keep by method: what is meant for all requests gives way to the
 * rest.
 */
function flat(headers: Record<string, unknown>, method: string, model: RequestHeaders): RequestHeaders {
  const plain = Object.entries(headers).filter(([, value]) => !isBucket(value));
  // A header may well be named like a method.
  const buckets = [headers.common, headers[method]].filter(isBucket);
  return joinedHeaders(model, ...buckets, Object.fromEntries(plain));
}

function isBucket(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
