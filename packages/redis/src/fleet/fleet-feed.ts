import type { RedisPort, Subscriber } from '../clients/port.js';
import type { Background } from '../commands/background.js';
import { type FleetView, parseNews, parseNote } from '../commands/fleet-view.js';
import type { Health } from '../commands/health.js';
import type { KeyLayout } from '../commands/key-layout.js';
import { runScript } from '../commands/run-script.js';

const CHECK_MS = 1_000;
/** Breakers of the others that are remembered: as many as a policy keeps keys by default. */
const MAX_HEARD = 1_000;
/** Notes in a page of the board: a millisecond of Redis. */
const PAGE = 200;
/** Checks in a row without a connection that listens, after which the messages count as lost: it may be connecting. */
const CHECKS_WITHOUT_PUSH = 3;

/**
 * Changes by the rest of the fleet: by messages while they come, and from the board if some may have been missed.
 * Remembers the circuits that are not closed and that this process has not used yet, so that their first call finds
 * them open.
 */
export class FleetFeed {
  readonly #port: RedisPort;
  readonly #layout: KeyLayout;
  readonly #background: Background;
  readonly #health: Health;
  readonly #deliver: (name: string, view: FleetView) => boolean;
  readonly #unused = new Map<string, { readonly view: FleetView; readonly atMs: number }>();
  #subscriber: Subscriber | undefined;
  #isSubscribed = false;
  #loading: Promise<void> | undefined;
  #checksWithoutPush = 0;
  #cancelCheck: (() => void) | undefined;

  /** `deliver` returns whether this process uses the breaker of that name. */
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
    this.#unused.clear();
  }

  /** News of a breaker before it was used here, with the rest of its time. */
  take(name: string): FleetView | undefined {
    const heard = this.#unused.get(name);
    if (heard === undefined) return undefined;
    this.#unused.delete(name);
    const { view, atMs } = heard;
    return { ...view, remainingMs: Math.max(0, view.remainingMs - (this.#background.now() - atMs)) };
  }

  /** Reads the board, or waits for the reading under way. Never rejects. */
  load(): Promise<void> {
    this.#loading ??= this.#readBoard().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /**
   * Reads page by page, so that Redis goes on with other commands in between. It ends after as many notes as are
   * remembered: a breaker that is not among them is found when it is used.
   */
  async #readBoard(): Promise<void> {
    try {
      let [cursor, notes] = ['0', 0];
      do {
        const page: unknown = await runScript(this.#port, 'board', this.#layout.board, [cursor, PAGE]);
        if (!Array.isArray(page)) return;
        cursor = String(page[0]);
        notes += page.length - 1;
        for (const text of page.slice(1)) this.#heard(parseNote(String(text)));
      } while (cursor !== '0' && notes < MAX_HEARD);
    } catch {
      // Without Redis there is no news. What cannot be read now is read again later.
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
        if (current()) this.#heard(parseNews(message));
      })
      .then(
        () => {
          if (current()) this.#isSubscribed = true;
          // Notes that are being read may be older than the messages that came.
          void Promise.resolve(this.#loading).then(missedSome);
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

  #heard(news: ReturnType<typeof parseNews>): void {
    if (news === undefined) return;
    const { name, view } = news;
    if (this.#deliver(name, view)) return;
    const known = this.#unused.get(name)?.view.generation ?? 0;
    if (view.generation < known) return;
    this.#unused.delete(name);
    const worthKnowing = view.phase !== 'closed' || view.coolRemainingMs > 0;
    if (!worthKnowing) return;
    if (this.#unused.size >= MAX_HEARD) this.#unused.delete(this.#unused.keys().next().value ?? '');
    this.#unused.set(name, { view, atMs: this.#background.now() });
  }
}
