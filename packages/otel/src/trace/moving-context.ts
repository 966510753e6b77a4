import type { Context } from '@opentelemetry/api';

/**
 * The context of a client that makes its attempts itself. It is set once, when the client starts, and changes with each
 * attempt. A context derived from it is based on its present value.
 */
export class MovingContext implements Context {
  /** The context in which the client was started. */
  readonly base: Context;
  current: Context;
  /** Set if a call has it now. */
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
