import type { CallRecord } from '../client/call-record.js';
import { Series } from './series.js';
import { Tally } from './tally.js';

/** Counts all calls of a simulation, by client and phase. */
export class SimulationRecord {
  readonly series: Series;
  readonly #tallies = new Map<string, Map<string, Tally>>();
  #phase = '';

  constructor(durationMs: number) {
    this.series = new Series(durationMs);
  }

  phaseBegan(phase: string): void {
    this.#phase = phase;
  }

  callBegan(client: string, nowMs: number): (call: CallRecord) => void {
    const tally = this.#tally(client, this.#phase);
    tally.calls += 1;
    this.series.at(nowMs).calls += 1;
    return (call) => {
      tally.ended(call);
      this.series.ended(call);
      if (call.end === 'answered') this.#tally(client, this.#phase).goodput += 1;
    };
  }

  attemptBegan(client: string, nowMs: number): void {
    this.#tally(client, this.#phase).attempts += 1;
    this.series.at(nowMs).attempts += 1;
  }

  /** Returns the sum of the tallies of a client, of a phase, of both, or of all. */
  sum(only: { readonly client?: string | undefined; readonly phase?: string | undefined }): Tally {
    const sum = new Tally();
    for (const [client, phases] of this.#tallies) {
      if (only.client !== undefined && only.client !== client) continue;
      for (const [phase, tally] of phases) if (only.phase === undefined || only.phase === phase) sum.add(tally);
    }
    return sum;
  }

  #tally(client: string, phase: string): Tally {
    let phases = this.#tallies.get(client);
    if (phases === undefined) {
      phases = new Map();
      this.#tallies.set(client, phases);
    }
    let tally = phases.get(phase);
    if (tally === undefined) {
      tally = new Tally();
      phases.set(phase, tally);
    }
    return tally;
  }
}
