import type { PolicyOptions } from '@breakwater/core';

/**
 * Returns the options with another value at a path such as `breaker`, `openMs`. Missing objects on the path are made.
 */
export function withOption(options: unknown, [name = '', ...rest]: readonly string[], to: unknown): PolicyOptions {
  const own = typeof options === 'object' && options !== null ? (options as Record<string, unknown>) : {};
  return { ...own, [name]: rest.length === 0 ? to : withOption(own[name], rest, to) };
}
