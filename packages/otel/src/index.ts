export { type Instrument, type InstrumentKind, type InstrumentName, instruments } from './metrics/instruments.js';
