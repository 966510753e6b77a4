import type { RedisPort, Subscriber } from '../clients/port.js';
import type { Background } from '../commands/background.js';
import { type FleetView, parseNews } from '../commands/fleet-view.js';
import type { Health } from '../commands/health.js';
import type { KeyLayout } from '../commands/key-layout.js';
import { runScript } from '../commands/run-script.js';

const CHECK_MS = 1_000;
const MAX_HEARD = 10_000;
/** Checks in a row without a connection that listens, after which the messages count as lost: it may be connecting. */
const CHECKS_WITHOUT_PUSH = 3;

/**
 * Changes by the rest of the fleet: by messages while they come, and from the board if some may have been missed.
 * Remembers the circuits that are not closed and that nobody here has used yet, so that their first call finds them open.
 */
export class FleetFeed {
  readonly #port: RedisPort;
  readonly #layout: KeyLayout;
  readonly #background: Background;
  readonly #health: Health;
  readonly #deliver: (name: string, view: FleetView) => boolean;
  readonly #heard = new Map<string, { readonly view: FleetView; readonly atMs: number }>();
  #subscriber: Subscriber | undefined;
  #isSubscribed = false;
  #checksWithoutPush = 0;
  #cancelCheck: (() => void) | undefined;

  /** `deliver` says whether somebody here uses the breaker of that name. */
  constructor(
    port: RedisPort,
    layout: KeyLayout,
    background: Background,
    health: Health,
    deliver: (name: string, view: FleetView) => boolean,
  ) {
    this.#port = port;
    this.#layout = layout;
    this.#background = background;
    this.#health = health;
    this.#deliver = deliver;
  }

  /** Listens from now on, for as long as the user's client is open. */
  start(): void {
    if (this.#cancelCheck !== undefined) return;
    void this.load();
    this.#check();
  }

  stop(): void {
    this.#cancelCheck?.();
    this.#cancelCheck = undefined;
    this.#unsubscribe();
    this.#heard.clear();
  }

  /** News of a breaker before it was used here, with the rest of its time. */
  take(name: string): FleetView | undefined {
    const heard = this.#heard.get(name);
    if (heard === undefined) return undefined;
    this.#heard.delete(name);
    const { view, atMs } = heard;
    return { ...view, remainingMs: Math.max(0, view.remainingMs - (this.#background.now() - atMs)) };
  }

  /** Reads the board. Never rejects: what cannot be read now is read again later. */
  async load(): Promise<void> {
    try {
      const found: unknown = await runScript(this.#port, 'board', this.#layout.board, []);
      if (Array.isArray(found)) for (const text of found) this.#hear(String(text));
    } catch {
      // Without Redis there is no news.
    }
  }

  #check(): void {
    if (!this.#port.isOpen() || this.#subscriber?.isLost?.()) this.#unsubscribe();
    if (this.#port.isOpen() && this.#subscriber === undefined) this.#subscribe();
    this.#notePush();
    this.#cancelCheck = this.#background.later(() => this.#check(), CHECK_MS);
  }

  /** While Redis itself does not answer, that says it all. */
  #notePush(): void {
    if (this.#isSubscribed && this.#subscriber?.isListening() === true) {
      this.#checksWithoutPush = 0;
      this.#health.push(true);
    } else if (this.#health.isToldDegraded || !this.#port.isOpen()) {
      this.#checksWithoutPush = 0;
    } else {
      this.#checksWithoutPush += 1;
      if (this.#checksWithoutPush > CHECKS_WITHOUT_PUSH) this.#health.push(false);
    }
  }

  #subscribe(): void {
    let subscriber: Subscriber;
    try {
      subscriber = this.#port.subscriber();
    } catch {
      return;
    }
    this.#subscriber = subscriber;
    const current = (): boolean => this.#subscriber === subscriber;
    const missedSome = (): void => {
      if (current()) void this.load();
    };
    subscriber.onReconnect(missedSome);
    subscriber
      .subscribe(this.#layout.channel, (message) => {
        if (current()) this.#hear(message);
      })
      .then(
        () => {
          if (current()) this.#isSubscribed = true;
          missedSome();
        },
        () => {
          if (current()) this.#unsubscribe();
        },
      );
  }

  #unsubscribe(): void {
    this.#subscriber?.close();
    this.#subscriber = undefined;
    this.#isSubscribed = false;
  }

  #hear(text: string): void {
    const news = parseNews(text);
    if (news === undefined) return;
    const { name, view } = news;
    if (this.#deliver(name, view)) return;
    const known = this.#heard.get(name)?.view.generation ?? 0;
    if (view.generation < known) return;
    this.#heard.delete(name);
    const worthKnowing = view.phase !== 'closed' || view.coolRemainingMs > 0;
    if (!worthKnowing) return;
    if (this.#heard.size >= MAX_HEARD) this.#heard.delete(this.#heard.keys().next().value ?? '');
    this.#heard.set(name, { view, atMs: this.#background.now() });
  }
}
