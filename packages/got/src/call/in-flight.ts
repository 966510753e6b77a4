import type { ClientRequest } from 'node:http';
import type { GotRequest, GotResponse } from '../got-types.js';

/** The work that got has under way for a call, as its hooks and events have shown, and the means to end it early. */
export class InFlight {
  /** The request on the wire: the latest one of the attempt. Kept only if it may have to be ended early. */
  client: ClientRequest | undefined;
  /** The latest known request of got; with the promise API, it is known only once it has answered or failed. */
  request: GotRequest | undefined;
  /** The stream that the caller holds. */
  stream: GotRequest | undefined;
  /** The response whose body the stream is reading. */
  response: GotResponse | undefined;

  /** Ends one attempt early. got continues from there, and may make another. */
  cutAttempt(error: Error): void {
    this.client?.destroy(error);
  }

  /**
   * Ends the call. With `reason` it goes through got's loop, whose hooks then choose the caller's error; else it ends
   * with `answer` at once.
   */
  endCall(reason: Error, answer: Error): void {
    if (this.stream !== undefined) this.stream.destroy(answer);
    else if (this.client?.destroyed === false) this.client.destroy(reason);
    else this.request?.destroy(answer);
  }

  /**
   * Drops references that are no longer needed: the caller may keep a response for long, and with it everything that
   * its hooks refer to.
   */
  clear(): void {
    this.client = undefined;
    this.stream = undefined;
    this.response = undefined;
  }
}
