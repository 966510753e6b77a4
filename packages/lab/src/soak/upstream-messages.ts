/** Questions of the callers' process to the server's. */
export type ToUpstream = { readonly kind: 'count' } | { readonly kind: 'forget' };

export type FromUpstream =
  | { readonly kind: 'listening'; readonly ports: readonly number[] }
  | { readonly kind: 'counted'; readonly connections: number; readonly requests: number };
