import type { ClientRequest } from 'node:http';
import type { GotCall } from '../call/got-call.js';
import type { GotError, GotResponse, GotStream } from '../got-types.js';

/**
 * Tells a call what becomes of its stream, before the stream's listeners hear of it.
 *
 * It is not a listener itself: an `error` that nobody listens to must go on to throw, and got allows for one `retry` listener.
 * The streams that retries are made with never pass a handler, so they are watched from where they are made.
 */
export function watchStream(stream: GotStream, call: GotCall): void {
  const { emit } = stream;
  call.line.stream = stream;
  let isRetried = false;
  let hasSuccessor = false;

  const onEvent: Readonly<Record<string, (args: unknown[]) => void>> = {
    request: ([client]) => call.sent(client as ClientRequest),
    response: ([response]) => call.headersCame(response as GotResponse),
    end: () => call.succeeded(call.line.response, stream),
    error: ([error]) => {
      // What a write fails with is told to got's loop too, which then says what follows.
      if (stream.destroyed) call.rejected(error as GotError, stream);
    },
    retry: (args) => {
      isRetried = true;
      const create = args[2] as (updatedOptions?: unknown) => GotStream;
      args[2] = (updatedOptions?: unknown): GotStream => {
        hasSuccessor = true;
        call.resume();
        const successor = create(updatedOptions);
        watchStream(successor, call);
        return successor;
      };
    },
    close: () => {
      if (!isRetried || !hasSuccessor) call.closed();
    },
  };

  stream.emit = function (this: GotStream, event: string | symbol, ...args: unknown[]): boolean {
    if (typeof event === 'string' && Object.hasOwn(onEvent, event)) onEvent[event]?.(args);
    return emit.call(this, event, ...args);
  };
}
