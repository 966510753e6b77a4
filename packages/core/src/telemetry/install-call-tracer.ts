import { type CallTrace, type CallTracer, type Tracing, tracing } from './call-tracing.js';

/** Installs a tracer for all calls that begin from now on. The returned function removes it. */
export function installCallTracer(tracer: CallTracer): () => void {
  // An object of its own, so that one that is installed twice is removed once.
  const own = { tracer };
  install([...tracing.installed, own]);
  return () => install(tracing.installed.filter((other) => other !== own));
}

function install(installed: Tracing['installed']): void {
  tracing.installed = installed;
  const [first, ...others] = installed;
  if (first === undefined) tracing.tracer = undefined;
  else if (others.length === 0) tracing.tracer = safeTracer(first.tracer);
  else tracing.tracer = jointTracer(installed.map(({ tracer }) => tracer));
}

/**
 * Returns a tracer that behaves the same but whose errors reach no call. Nearly always there is exactly one, and each
 * call goes through it.
 */
function safeTracer(tracer: CallTracer): CallTracer {
  return {
    trace(policy, isDriven) {
      try {
        const trace = tracer.trace(policy, isDriven);
        return trace === undefined ? undefined : jointTrace([trace]);
      } catch {
        return undefined;
      }
    },
    drive: (fn) => calledOnce((noted) => tracer.drive(noted), fn),
  };
}

/** Combines several tracers. None of their errors reaches a call. */
function jointTracer(tracers: readonly CallTracer[]): CallTracer {
  return {
    trace(policy, isDriven) {
      const traces = tracers.flatMap((tracer) => guarded(() => tracer.trace(policy, isDriven)) ?? []);
      return traces.length === 0 ? undefined : jointTrace(traces);
    },
    drive: (fn) => nested(tracers, (tracer, inner) => tracer.drive(inner), fn),
  };
}

function jointTrace(traces: readonly CallTrace[]): CallTrace {
  return {
    run: (part, fn) => nested(traces, (trace, inner) => trace.run(part, inner), fn),
    tell: (name, details) => {
      for (const trace of traces) guarded(() => trace.tell(name, details));
    },
  };
}

/** Calls `fn` inside each of these, the first outermost. Skips one that does not call it. */
function nested<A, T>(around: readonly A[], call: (one: A, inner: () => T) => T, fn: () => T): T {
  return around.reduceRight<() => T>((inner, one) => () => calledOnce((noted) => call(one, noted), inner), fn)();
}

/** Calls `fn` by way of `around`, exactly once, and ends as `fn` does, whatever `around` returns or throws. */
function calledOnce<T>(around: (fn: () => T) => unknown, fn: () => T): T {
  let end: (() => T) | undefined;
  guarded(() =>
    around(() => {
      end ??= endOf(fn);
      return end();
    }),
  );
  end ??= endOf(fn);
  return end();
}

function endOf<T>(fn: () => T): () => T {
  try {
    const value = fn();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function guarded<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
