import type { Conditions } from './scenario.js';
import type { UpstreamState } from './upstream.js';

/** Message from the demo to a server's process. */
export type ToUpstream =
  | { readonly kind: 'conditions'; readonly conditions: Conditions }
  /** Tell your state for the last time and end. */
  | { readonly kind: 'end' };

/** Message from a server's process to the demo. */
export type FromUpstream =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'state'; readonly state: UpstreamState };
