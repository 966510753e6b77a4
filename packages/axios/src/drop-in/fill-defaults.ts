import { joinedHeaders, mergedConfig, type RequestHeaders } from '../axios-types.js';
import type { DropInConfig } from './retry-rule.js';

/**
 * Completes a config with the present defaults of an instance. A callback may have deleted something, or changed the
 * defaults themselves. In the libraries, a retry is a request of the instance, which uses its defaults.
 */
export function fillDefaults(config: DropInConfig, defaults: object): void {
  const { method } = config.method ? config : (defaults as DropInConfig);
  config.method = (method || 'get').toLowerCase();
  const merged = mergedConfig(defaults, { ...config, headers: { ...config.headers } });
  // The releases before 1.2 do not export their merge function.
  if (merged === undefined) return;
  const open = config as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(merged)) {
    if (name === 'params' || open[name] === undefined) open[name] = value;
  }
  config.headers = flat(merged.headers as Record<string, unknown>, config.method, config.headers);
}

/**
 * Returns the headers as sent, from defaults that are grouped by method. Headers for all requests have the lowest
 * priority.
 */
function flat(headers: Record<string, unknown>, method: string, model: RequestHeaders): RequestHeaders {
  const plain = Object.entries(headers).filter(([, value]) => !isBucket(value));
  // A header may have the same name as a method.
  const buckets = [headers.common, headers[method]].filter(isBucket);
  return joinedHeaders(model, ...buckets, Object.fromEntries(plain));
}

function isBucket(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
