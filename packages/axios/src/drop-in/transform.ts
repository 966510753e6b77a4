import { axiosHeaders } from '../axios-types.js';
import type { DropInConfig } from './retry-rule.js';

/** Applies a config's transforms (one, several or none) to a body, as axios does. */
export function transformed(
  config: DropInConfig,
  transforms: unknown,
  { data, headers, status }: { readonly data: unknown; readonly headers: unknown; readonly status?: number },
): unknown {
  const list = typeof transforms === 'function' ? [transforms] : ((transforms ?? []) as readonly unknown[]);
  return list.reduce<unknown>((body, transform) => {
    return typeof transform === 'function'
      ? Reflect.apply(transform, config, [body, axiosHeaders(headers), status])
      : body;
  }, data);
}
