import type { ClientRequest } from 'node:http';
import type { GotRequest, GotResponse } from '../got-types.js';

/**
 * The work of got that is under way for a call, as its hooks and events have shown it, and the means to cut it short.
 */
export class InFlight {
  /** The request on the wire: the latest one of the attempt. Only followed if something may have to cut it short. */
  client: ClientRequest | undefined;
  /** The latest of got's own requests that was seen; with the promise API not before it has answered or failed. */
  request: GotRequest | undefined;
  /** The stream that the caller has. */
  stream: GotRequest | undefined;
  /** The response whose body the stream is reading. */
  response: GotResponse | undefined;

  /** Cuts one attempt short. got goes on from there, and may make another. */
  cutAttempt(error: Error): void {
    this.client?.destroy(error);
  }

  /**
   * Ends the call: with `reason` through got's loop, whose hooks then decide what the caller gets, else with `answer`
   * at once.
   */
  endCall(reason: Error, answer: Error): void {
    if (this.stream !== undefined) this.stream.destroy(answer);
    else if (this.client?.destroyed === false) this.client.destroy(reason);
    else this.request?.destroy(answer);
  }

  /** Releases what is done with: the caller may keep a response for long, and with it all that its hooks refer to. */
  clear(): void {
    this.client = undefined;
    this.stream = undefined;
    this.response = undefined;
  }
}
