import { randomUUID } from 'node:crypto';
import { ChangeFinder } from '../view/current-view.js';
import type { Observer } from '../view/observer.js';
import type { FleetView, FullView } from '../view/wire.js';

/** An event of the stream, ready to be written. */
export interface StreamText {
  readonly id: string;
  readonly text: string;
}

/** Deltas that are kept for a page that reconnects, in characters. */
const MAX_KEPT_LENGTH = 2_000_000;
const MAX_KEPT = 60;
/** Looks for which deltas are still made after the last page has gone, which may only be reconnecting. */
const IDLE_LOOKS = 30;

/** Source of the streams' events: one text for all of them, made once a second and only while there are streams. */
export class Hub {
  readonly #observer: Observer;
  readonly #full: () => FullView;
  readonly #fleet: () => FleetView | undefined;
  readonly #receivers = new Set<(event: StreamText) => void>();
  readonly #epoch = randomUUID().slice(0, 8);
  #number = 0;
  #finder = new ChangeFinder();
  #kept: StreamText[] = [];
  #unlisten: (() => void) | undefined;
  #idleLooks = 0;

  constructor(observer: Observer, full: () => FullView, fleet: () => FleetView | undefined) {
    this.#observer = observer;
    this.#full = full;
    this.#fleet = fleet;
  }

  get receivers(): number {
    return this.#receivers.size;
  }

  /** Calls `receive` with each delta from now on, until the returned function is called. */
  subscribe(receive: (event: StreamText) => void): () => void {
    if (this.#unlisten === undefined) this.#begin();
    this.#receivers.add(receive);
    return () => void this.#receivers.delete(receive);
  }

  /** Everything as of the last delta. */
  full(): StreamText {
    return this.#event('full', this.#full());
  }

  /** Returns the deltas after the one with that id; undefined if some of them are no longer kept. */
  since(id: string): readonly StreamText[] | undefined {
    if (id === this.#id()) return [];
    const at = this.#kept.findIndex((event) => event.id === id);
    return at < 0 ? undefined : this.#kept.slice(at + 1);
  }

  #begin(): void {
    this.#idleLooks = 0;
    // Changes since the last page were not recorded, so there is a gap between the deltas.
    this.#kept = [];
    this.#number += 1;
    this.#finder = new ChangeFinder();
    this.#finder.changes(this.#observer, this.#fleet());
    this.#unlisten = this.#observer.onLook(() => this.#send());
  }

  #send(): void {
    this.#idleLooks = this.#receivers.size > 0 ? 0 : this.#idleLooks + 1;
    if (this.#idleLooks > IDLE_LOOKS) {
      this.#unlisten?.();
      this.#unlisten = undefined;
      return;
    }
    const delta = this.#finder.changes(this.#observer, this.#fleet());
    this.#number += 1;
    const event = this.#event('delta', delta);
    this.#keep(event);
    for (const receive of [...this.#receivers]) receive(event);
  }

  #keep(event: StreamText): void {
    this.#kept.push(event);
    let length = this.#kept.reduce((sum, { text }) => sum + text.length, 0);
    while (this.#kept.length > MAX_KEPT || length > MAX_KEPT_LENGTH) length -= this.#kept.shift()?.text.length ?? 0;
  }

  #event(name: 'full' | 'delta', view: object): StreamText {
    const id = this.#id();
    return { id, text: `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(view)}\n\n` };
  }

  #id(): string {
    return `${this.#epoch}-${this.#number}`;
  }
}
