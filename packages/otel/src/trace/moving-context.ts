import type { Context } from '@opentelemetry/api';

/**
 * The context of a client that runs its attempts itself: it is set once, as the client starts, and is another with each
 * attempt. What is derived from it is the context of that moment.
 */
export class MovingContext implements Context {
  /** The context in which the client was started. */
  readonly base: Context;
  current: Context;
  /** A call has it now. */
  isTaken = false;

  constructor(base: Context) {
    this.base = base;
    this.current = base;
  }

  getValue(key: symbol): unknown {
    return this.current.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.current.setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.current.deleteValue(key);
  }
}
