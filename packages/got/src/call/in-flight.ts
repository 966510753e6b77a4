import type { ClientRequest } from 'node:http';
import type { GotRequest, GotResponse } from '../got-types.js';

/** What got has under way for a call, as far as its hooks and events have shown it, and how to cut that short. */
export class Line {
  /** The request on the wire: the latest of the attempt. */
  client: ClientRequest | undefined;
  /** The latest of got's own requests that has been seen; with the promise API not before it has answered or failed. */
  request: GotRequest | undefined;
  /** The stream that the caller has. */
  stream: GotRequest | undefined;
  response: GotResponse | undefined;

  /** Cuts one attempt short. got goes on from there, and may make another. */
  cut(error: Error): void {
    this.client?.destroy(error);
  }

  /** Ends the call: with `reason` by way of got's loop, which asks the hooks what to make of it, else with `answer` at once. */
  end(reason: Error, answer: Error): void {
    if (this.stream !== undefined) this.stream.destroy(answer);
    else if (this.client?.destroyed === false) this.client.destroy(reason);
    else this.request?.destroy(answer);
  }

  /** The caller may keep a response for long, and with it all that its hooks refer to. */
  clear(): void {
    this.client = undefined;
    this.request = undefined;
    this.stream = undefined;
    this.response = undefined;
  }
}
