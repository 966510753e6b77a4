// Lines in a log for what an operator acts on.

export { type LogEventsOptions, type LoggedEventName, logEvents } from './telemetry/log-events.js';
export type { EventLogger, LogArguments, LogMethod } from './telemetry/log-writer.js';
