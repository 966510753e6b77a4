import { type Clock, systemClock } from '../host/clock.js';
import type { HeaderRecord } from '../outcome/outcome.js';

/** One step of a script: the result of one attempt. */
export type FaultStep = AnsweringStep | HangingStep;

/** An attempt that ends by itself, at once or after `delayMs` milliseconds. */
export type AnsweringStep = { readonly delayMs?: number | undefined } & (
  | {
      /** Answers with a {@link ScriptedResponse}. */
      readonly status: number;
      /** By lower-cased name. @default none */
      readonly headers?: HeaderRecord | undefined;
      readonly body?: unknown;
    }
  | {
      /** Answers with this value. */
      readonly value: unknown;
    }
  | {
      /** Fails with this error, or with a new one that has this code (`'ECONNRESET'`). */
      readonly error: Error | string;
    }
);

/** An attempt that ends only when its signal fires. */
export interface HangingStep {
  readonly hang: true;
}

/** Answer of a step with a `status`; a policy treats it as an HTTP response. */
export interface ScriptedResponse {
  readonly status: number;
  readonly headers: HeaderRecord;
  readonly body: unknown;
}

/** The part of an attempt's context that a scripted function reads. All of it is kept in `calls`. */
export interface ScriptedContext {
  readonly attempt?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly remainingMs?: number | undefined;
}

/** Record of one call of a scripted function. */
export interface ScriptedCall {
  /** Time of the call, by `now()` of its clock. */
  readonly atMs: number;
  readonly context: ScriptedContext;
  /** The step that it played. */
  readonly step: FaultStep;
}

/** A function for `execute` that plays a script, with a record of its calls. */
export interface Scripted {
  (context?: ScriptedContext): Promise<unknown>;
  /** One entry per call, in their order. */
  readonly calls: readonly ScriptedCall[];
}

/**
 * Returns a function for `policy.execute` that plays a script: its first call plays the first step, and so on; the last
 * step is repeated for ever. When the signal of an attempt fires, the attempt fails at once with the signal's reason,
 * without a timer or listener left over.
 *
 * @example
 * ```ts
 * const server = scripted([{ status: 503 }, { error: 'ECONNRESET', delayMs: 20 }, { value: 'ok' }], { clock });
 * const call = policy.execute(server);
 * await clock.runAll();
 * expect(await call).toBe('ok');
 * expect(server.calls.length).toBe(3);
 * ```
 *
 * @param options - `clock`: the clock for delays. The host's clock by default
 * @throws RangeError if there are no steps
 */
export function scripted(steps: readonly FaultStep[], options: { readonly clock?: Clock | undefined } = {}): Scripted {
  const { clock = systemClock } = options;
  const last = steps.at(-1);
  if (last === undefined) throw new RangeError('steps must have at least one step, got none');
  const calls: ScriptedCall[] = [];
  const play = async (context: ScriptedContext = {}) => {
    const step = steps[calls.length] ?? last;
    calls.push({ atMs: clock.now(), context, step });
    context.signal?.throwIfAborted();
    if ('hang' in step) return abortion(context.signal);
    if (step.delayMs !== undefined) await delay(clock, step.delayMs, context.signal);
    return answer(step);
  };
  return Object.assign(play, { calls });
}

function abortion(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function delay(clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.schedule(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

function answer(step: AnsweringStep): unknown {
  if ('status' in step) return { status: step.status, headers: step.headers ?? {}, body: step.body };
  if ('value' in step) return step.value;
  throw typeof step.error === 'string' ? Object.assign(new Error(step.error), { code: step.error }) : step.error;
}
