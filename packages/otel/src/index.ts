export { instrument } from './instrument.js';
export { type Instrument, type InstrumentKind, type InstrumentName, instruments } from './metrics/instruments.js';
export type { InstrumentOptions } from './options.js';
export { resendCountHook } from './trace/resend-count.js';
