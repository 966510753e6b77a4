import { performance } from 'node:perf_hooks';

/** The machine's monotonic clock in ms: the same in every process, so that client and server tell one time. */
export const machineNow = (): number => offset + performance.now();

const offset = Number(process.hrtime.bigint()) / 1e6 - performance.now();
