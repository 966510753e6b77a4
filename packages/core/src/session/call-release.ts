import type { Releaser } from '../host/releaser.js';
import type { CallOptions } from './call-options.js';

/** Sources of a release, after which calls do not wait any more. */
export interface Releasers {
  /** Released when the policy is closed. */
  readonly closing: Releaser;
  /** Released when the policy stops enforcing. */
  readonly turningOff: Releaser;
}

/** Follows the sources that release one call from its waits. */
export class CallRelease {
  /** Set if a release has woken the call from a wait. A call with an attempt under way ends as usual. */
  why: 'closed' | 'off' | undefined = undefined;
  readonly #closing: Releaser;
  readonly #turningOff: Releaser | undefined;
  readonly #detaching: Releaser | undefined;

  constructor({ closing, turningOff }: Releasers, call: CallOptions | undefined, detaching: Releaser | undefined) {
    this.#closing = closing;
    // A call with its own mode is not affected by a change of its policy's.
    this.#turningOff = call?.mode === undefined ? turningOff : undefined;
    this.#detaching = detaching;
  }

  /** Calls `wake` when the call is released. The returned function removes it. */
  onRelease(wake: () => void): () => void {
    const release = (why: 'closed' | 'off') => (): void => {
      this.why = why;
      wake();
    };
    const undo = [
      this.#closing.onRelease(release('closed')),
      this.#turningOff?.onRelease(release('off')),
      this.#detaching?.onRelease(release('off')),
    ];
    return () => {
      for (const takeBack of undo) takeBack?.();
    };
  }
}
