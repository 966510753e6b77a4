import type { ClientRequest } from 'node:http';
import type { GotCall } from '../call/got-call.js';
import type { GotError, GotResponse, GotStream } from '../got-types.js';

/**
 * Reports the events of a stream to its call, before the stream's own listeners are called.
 *
 * It adds no listener: an `error` without a listener must still throw, and got allows only one `retry` listener. The
 * streams of retries pass no handler, so they are watched from where they are made.
 */
export function watchStream(stream: GotStream, call: GotCall): void {
  const { emit } = stream;
  call.inFlight.stream = stream;
  let isRetried = false;
  let hasSuccessor = false;

  const onEvent: Readonly<Record<string, (args: unknown[]) => void>> = {
    request: ([client]) => call.onRequest(client as ClientRequest),
    response: ([response]) => call.onStreamResponse(response as GotResponse),
    end: () => call.onSuccess(stream),
    error: ([error]) => {
      // got's loop learns of a failed write, too, and then decides what follows.
      if (stream.destroyed) call.onFailure(error as GotError, stream);
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
      if (!isRetried || !hasSuccessor) call.onClose();
    },
  };

  stream.emit = function (this: GotStream, event: string | symbol, ...args: unknown[]): boolean {
    if (typeof event === 'string' && Object.hasOwn(onEvent, event)) onEvent[event]?.(args);
    return emit.call(this, event, ...args);
  };
}
