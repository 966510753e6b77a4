import type { DeltaView, FullView } from '../src/view/wire.js';

export type ConnectionStatus = 'connecting' | 'live' | 'polling' | 'lost' | 'denied';

/** Reports of a connection. */
export interface ConnectionEvents {
  full(view: FullView): void;
  delta(view: DeltaView): void;
  status(status: ConnectionStatus): void;
}

/** Without an event for so long, the stream may be held up on the way: the page asks for itself. */
const SILENCE_MS = 5_000;
const POLL_MS = 2_000;
const REOPEN_MS = 5_000;
/** A page that cannot be seen gives its stream back after this. */
const HIDDEN_MS = 60_000;

/** Keeps the page fed: by the stream, or by polling where no stream gets through. */
export function connect(events: ConnectionEvents): void {
  let source: EventSource | undefined;
  let heardMs = Date.now();
  let openedMs = 0;
  let hiddenMs: number | undefined;
  let isPolling = false;
  let polledMs = 0;

  const open = (): void => {
    openedMs = Date.now();
    source = new EventSource('events');
    const take = <T>(name: string, use: (view: T) => void): void => {
      source?.addEventListener(name, (event) => {
        heardMs = Date.now();
        use(JSON.parse((event as MessageEvent<string>).data) as T);
        events.status('live');
      });
    };
    take<FullView>('full', events.full);
    take<DeltaView>('delta', events.delta);
  };

  const close = (): void => {
    source?.close();
    source = undefined;
  };

  const poll = async (): Promise<void> => {
    isPolling = true;
    polledMs = Date.now();
    try {
      const answer = await fetch('snapshot.json', { cache: 'no-store' });
      if (answer.ok) {
        events.full((await answer.json()) as FullView);
        events.status('polling');
      } else {
        events.status(answer.status === 401 || answer.status === 403 ? 'denied' : 'lost');
      }
    } catch {
      events.status('lost');
    }
    isPolling = false;
  };

  const watch = (): void => {
    const nowMs = Date.now();
    hiddenMs = document.hidden ? (hiddenMs ?? nowMs) : undefined;
    if (hiddenMs !== undefined && nowMs - hiddenMs > HIDDEN_MS) {
      close();
      return;
    }
    // A stream that was refused stays closed by itself.
    const isDead = source === undefined || source.readyState === EventSource.CLOSED;
    if (isDead && nowMs - openedMs > REOPEN_MS) {
      close();
      open();
    }
    if (nowMs - heardMs > SILENCE_MS && !isPolling && nowMs - polledMs >= POLL_MS) void poll();
  };

  open();
  setInterval(watch, 1_000);
  document.addEventListener('visibilitychange', watch);
}
