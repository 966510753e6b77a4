import { ignoreRejection } from '../untrusted/thenable.js';

export type LogLevel = 'info' | 'warn' | 'error';

/** A method of a logger. */
export type LogMethod = (...args: never[]) => unknown;

/** A logger of the shape of pino, winston or `console`. */
export interface EventLogger {
  readonly info: LogMethod;
  readonly error: LogMethod;
  readonly warn?: LogMethod;
  /** Used in place of `warn`, as in winston's syslog levels. */
  readonly warning?: LogMethod;
}

/** The order of a logger's arguments. pino and bunyan take the fields first, winston and `console` the text. */
export type LogArguments = 'fields-first' | 'text-first';

export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Returns a function that writes a line. Errors and rejections of the logger are ignored: the next line is written
 * again.
 */
export function logWriter(
  logger: EventLogger,
  order: LogArguments,
): (level: LogLevel, text: string, fields: LogFields) => void {
  return (level, text, fields) => {
    try {
      const name = level === 'warn' && logger.warn === undefined ? 'warning' : level;
      const args = order === 'fields-first' ? [fields, text] : [text, fields];
      ignoreRejection((logger as unknown as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args));
    } catch {
      // A failing logger never fails a call, and there is no other place to write to.
    }
  };
}

/** Returns the order by methods that only some loggers have: pino's `bindings`, bunyan's `addSerializers`. */
export function argumentsOf(logger: EventLogger): LogArguments {
  const marks = logger as { bindings?: unknown; addSerializers?: unknown };
  const takesFields = typeof marks.bindings === 'function' || typeof marks.addSerializers === 'function';
  return takesFields ? 'fields-first' : 'text-first';
}
