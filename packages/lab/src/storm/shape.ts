/** Behaviour of a server for the length of a phase. What is not set is as on a good day. */
export interface Behaviour {
  /** `refused` closes the listening socket and resets every connection; `silent` takes requests and never answers. */
  readonly reach?: 'open' | 'refused' | 'silent';
  readonly slots?: number;
  readonly serviceMs?: number;
  readonly slowFactor?: number;
  /** Share of requests that end in a 503, after their time in a slot: the server worked and failed. */
  readonly errorShare?: number;
  /** Beyond so many requests in a second of the clock: 429 with `Retry-After`, at once, from no slot. */
  readonly throttle?: { readonly perSecond: number; readonly retryAfterS: number };
  /** Share of the slots in use at the begin of the phase; grows evenly to all of them at its end. */
  readonly growsFrom?: number;
}

export interface Phase {
  readonly name: string;
  readonly ms: number;
  /** Tells if something is wrong here. The cause is gone at the end of the last bad phase. */
  readonly bad?: boolean;
  /** One behaviour for all origins, or one for each. */
  readonly servers?: Behaviour | readonly Behaviour[];
  /** Offered load as a share of the capacity on a good day, instead of the run's rate. */
  readonly loadShare?: number;
  /** So many calls at once at the begin of the phase, on top of the load. */
  readonly burst?: number;
}

export interface Shape {
  readonly name: string;
  readonly about: string;
  readonly phases: readonly Phase[];
  /** Runs only when asked for by name: not one of the ten of the plan, but one that the same rules must stand. */
  readonly extra?: boolean;
  readonly origins?: number;
  /** Slots of each origin on a good day. */
  readonly slots?: number;
  readonly clientTimeoutMs?: number;
}

export const SLOTS = 10;
export const SERVICE_MS = 10;
export const CLIENT_TIMEOUT_MS = 250;

export const originsOf = (shape: Shape): number => shape.origins ?? 1;

export function behaviourOf(shape: Shape, phase: Phase, origin: number): Behaviour {
  const { servers } = phase;
  const own = servers !== undefined && isList(servers) ? servers[origin] : servers;
  return { slots: shape.slots ?? SLOTS, ...own };
}

/**
 * The same shape with every phase shortened. Timeouts and waits of servers and clients stay: its figures mean nothing.
 */
export function shorten(shape: Shape, factor: number): Shape {
  const phases = shape.phases.map((phase) => ({ ...phase, ms: Math.max(50, Math.round(phase.ms * factor)) }));
  return { ...shape, phases };
}

export const durationOf = (shape: Shape): number => shape.phases.reduce((sum, phase) => sum + phase.ms, 0);

/** `Array.isArray` does not tell a readonly list from its elements. */
const isList = (servers: Behaviour | readonly Behaviour[]): servers is readonly Behaviour[] => Array.isArray(servers);
