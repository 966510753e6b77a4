import { quoted } from '../untrusted/quote.js';
import { withoutSecrets } from '../untrusted/without-secrets.js';
import type { PolicyEvent, PolicyEventListener, PolicyEventName } from './events.js';
import { type LogLine, logLines } from './log-lines.js';
import { LogQuota } from './log-quota.js';
import { argumentsOf, type EventLogger, type LogArguments, type LogFields, logWriter } from './log-writer.js';

/** The name of an event that `logEvents` can write. */
export type LoggedEventName = keyof typeof logLines;

export interface LogEventsOptions {
  /** Events to write. @default all of `LoggedEventName` */
  readonly events?: readonly LoggedEventName[] | undefined;
  /** Lines per event, key and minute; an integer >= 1. @default 10 */
  readonly linesPerMinute?: number | undefined;
  /** Order of the logger's arguments. @default 'fields-first' for pino and bunyan, 'text-first' for all others */
  readonly order?: LogArguments | undefined;
}

/** Most keys with a quota of their own within a minute. */
const MAX_KEYS = 1_000;

/**
 * Writes one line per decision of `policy` that an operator acts on: circuits, cool-downs, budget, store, refusals,
 * calls given up, changes by hand. The text is stable, the fields carry the numbers. The returned function ends it.
 *
 * Lines are bounded per event, key and minute. The number of omitted lines (`leftOut`) is written with the first event
 * of a later minute, or when logging ends: there is no timer. No line contains a payload, a credential or a query
 * string. A failing logger never fails a call.
 *
 * @throws TypeError or RangeError for a logger without the required methods, or an invalid option.
 */
export function logEvents(
  policy: { on<E extends PolicyEventName>(event: E, listener: PolicyEventListener<E>): () => void },
  logger: EventLogger,
  options: LogEventsOptions = {},
): () => void {
  const { events, linesPerMinute, order } = checked(logger, options);
  const quota = new LogQuota(linesPerMinute, MAX_KEYS);
  const write = logWriter(logger, order);
  let policyName: string | undefined;
  const tellLeftOut = (left: ReturnType<LogQuota['drain']>) => {
    for (const { event, key, leftOut } of left) {
      write('warn', 'breakwater: lines left out', { event, policy: policyName, key: withoutSecrets(key), leftOut });
    }
  };
  const undos = events.map((name) =>
    policy.on(name, (event) => {
      policyName = event.policy;
      tellLeftOut(quota.turn(event.atMs));
      if (!quota.allows(name, event.key)) return;
      const { level, text } = (logLines[name] as (event: PolicyEvent) => LogLine)(event);
      write(level, text, fieldsOf(name, event));
    }),
  );
  return () => {
    for (const undo of undos.splice(0)) undo();
    tellLeftOut(quota.drain());
  };
}

/** Returns the fields of an event. Renames `message`, which winston would add to the text. Omits what is undefined. */
function fieldsOf(name: LoggedEventName, event: PolicyEvent): LogFields {
  const fields: Record<string, unknown> = { event: name };
  for (const [field, value] of Object.entries(event)) {
    if (value === undefined) continue;
    fields[field === 'message' ? 'detail' : field] = typeof value === 'string' ? withoutSecrets(value) : value;
  }
  return fields;
}

interface Settled {
  readonly events: readonly LoggedEventName[];
  readonly linesPerMinute: number;
  readonly order: LogArguments;
}

function checked(logger: EventLogger, options: LogEventsOptions): Settled {
  checkLogger(logger);
  const names = Object.keys(logLines) as LoggedEventName[];
  const { events = names, linesPerMinute = 10, order = argumentsOf(logger) } = options;
  const list: readonly unknown[] = Array.isArray(events) ? events : [events];
  const unknown = list.findIndex((name) => !names.includes(name as LoggedEventName));
  if (unknown >= 0) throw new RangeError(`events must be a list of ${names.join(', ')}, got ${shown(list[unknown])}`);
  if (!Number.isInteger(linesPerMinute) || linesPerMinute < 1) {
    throw new RangeError(`linesPerMinute must be an integer >= 1, got ${shown(linesPerMinute)}`);
  }
  if (order !== 'fields-first' && order !== 'text-first') {
    throw new RangeError(`order must be 'fields-first' or 'text-first', got ${shown(order)}`);
  }
  return { events: [...new Set(list as readonly LoggedEventName[])], linesPerMinute, order };
}

function checkLogger(logger: Partial<EventLogger> | null | undefined): void {
  for (const name of ['info', 'error'] as const) {
    if (typeof logger?.[name] !== 'function') throw new TypeError(`logger must have a method '${name}'`);
  }
  if (typeof logger?.warn !== 'function' && typeof logger?.warning !== 'function') {
    throw new TypeError("logger must have a method 'warn' or 'warning'");
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}
