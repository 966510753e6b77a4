import type { Phase, Shape } from './shape.js';

/** A phase and when it is, in ms since the begin of the run. */
export interface Span {
  readonly index: number;
  readonly phase: Phase;
  readonly fromMs: number;
  readonly toMs: number;
}

export function timelineOf(shape: Shape): readonly Span[] {
  let endMs = 0;
  return shape.phases.map((phase, index) => {
    const fromMs = endMs;
    endMs += phase.ms;
    return { index, phase, fromMs, toMs: endMs };
  });
}

/** The span that holds the moment; the last one holds all that comes later. */
export function spanAt(timeline: readonly Span[], atMs: number): Span {
  const span = timeline.find(({ toMs }) => atMs < toMs) ?? timeline.at(-1);
  if (span === undefined) throw new RangeError('a shape needs a phase');
  return span;
}

/** Returns the end of the last bad phase; undefined if there was none, or if it never ends. */
export function causeGoneMs(timeline: readonly Span[]): number | undefined {
  const last = timeline.filter(({ phase }) => phase.bad === true).at(-1);
  return last === undefined || last === timeline.at(-1) ? undefined : last.toMs;
}
