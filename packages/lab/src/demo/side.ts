import type { Caller, Clients } from './clients.js';
import type { SideFrame } from './frame.js';
import type { LoadedSide } from './load.js';
import { RecentReadings } from './rates.js';
import { SideTally } from './tally.js';
import type { UpstreamState } from './upstream.js';
import type { UpstreamHandle } from './upstream-handle.js';

/** One side's figures at the end of a run. */
export interface SideResult {
  readonly tally: SideTally;
  readonly upstream: UpstreamState;
}

const LAST_SECOND_MS = 1_000;

/** A server, the clients that call it, and what is counted. */
export class Side implements LoadedSide {
  readonly upstream: UpstreamHandle;
  readonly clients: Clients;
  readonly tally = new SideTally();
  readonly #recent = new RecentReadings(LAST_SECOND_MS);

  constructor(upstream: UpstreamHandle, clients: Clients) {
    this.upstream = upstream;
    this.clients = clients;
  }

  get callers(): readonly Caller[] {
    return this.clients.callers;
  }

  /** Read at regular intervals. */
  frame(atMs: number): SideFrame {
    const { inService, queued, requests } = this.upstream.state();
    const { calls, ended, answered, refused } = this.tally.total;
    return { inService, queued, rates: this.#recent.add({ atMs, calls, ended, answered, refused, requests }) };
  }

  async end(): Promise<void> {
    this.clients.close();
    await this.upstream.end();
  }

  result(): SideResult {
    return { tally: this.tally, upstream: this.upstream.state() };
  }
}
