import fc from 'fast-check';
import type { AttemptContext } from '../src/loop/attempt-context.js';
import { plainTraits } from '../src/loop/plain-traits.js';
import type { PolicyOptions } from '../src/options/options.js';
import type { Policy } from '../src/policy/policy-port.js';
import { createPolicy } from '../src/policy.js';
import type { CallOptions, ClientTraits } from '../src/session/call-options.js';
import { eventNames, type PolicyEventName } from '../src/telemetry/events.js';
import { reportOf } from '../src/telemetry/report.js';
import { seededRandom } from '../src/testing/random.js';
import { networkError } from './policy-fixture.js';
import { QuickClock } from './strict-clock.js';

/** End of an attempt. */
export type Ending = (typeof endings)[number];
const endings = ['value', 'ok', 'not-found', 'down', 'throttled', 'held-off', 'reset', 'unknown', 'stale'] as const;

/** Actions of a listener while it is called. */
const actions = ['open', 'reset', 'observe', 'new-rules', 'call', 'listen', 'close', 'throw'] as const;
type Action = (typeof actions)[number];

/** One step of a scenario, done to both policies. */
export type Step =
  | { readonly do: 'call'; readonly key: string; readonly how: CallShape }
  | { readonly do: 'settle'; readonly which: number; readonly ending: Ending }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'update'; readonly options: number }
  | { readonly do: 'mode'; readonly mode: 'enforce' | 'observe' | 'off' }
  | { readonly do: 'control'; readonly key: string; readonly action: 'open' | 'close' | 'reset' }
  | { readonly do: 'listen'; readonly event: PolicyEventName; readonly action: Action | undefined }
  | { readonly do: 'unlisten' }
  | { readonly do: 'abort'; readonly which: number }
  | { readonly do: 'close' };

interface CallShape {
  /** `later`: settled by a later step. `nested`: makes a call of the same key, and ends as it does. */
  readonly attempt: 'later' | 'nested' | 'sync-value' | 'sync-throw';
  readonly ending: Ending;
  readonly signal: 'none' | 'own' | 'raced' | 'aborted';
  readonly method: 'GET' | 'POST' | undefined;
  readonly maxRetries: number | undefined;
  readonly statuses: readonly number[] | undefined;
  readonly mode: 'observe' | undefined;
  readonly exhausted: 'wrap' | undefined;
}

const keys = fc.constantFrom('a', 'b', 'c');
const shapes: fc.Arbitrary<CallShape> = fc.record({
  attempt: fc.constantFrom('later', 'later', 'later', 'nested', 'sync-value', 'sync-throw'),
  ending: fc.constantFrom(...endings),
  signal: fc.constantFrom('none', 'none', 'none', 'own', 'own', 'raced', 'aborted'),
  method: fc.constantFrom(undefined, 'GET', 'POST'),
  maxRetries: fc.constantFrom(undefined, undefined, 0, 1),
  statuses: fc.constantFrom(undefined, undefined, undefined, [404]),
  mode: fc.constantFrom(undefined, undefined, undefined, undefined, 'observe'),
  exhausted: fc.constantFrom(undefined, undefined, undefined, 'wrap'),
});

/** Rules under which a few failures open a circuit, and changes to them. */
const optionSets: readonly PolicyOptions[] = [
  { retry: false },
  { retry: { maxRetries: 5 } },
  { breaker: false },
  { breaker: {} },
  { breaker: { consecutiveFailures: 2, consecutiveForMs: 0, openMs: 500, maxOpenMs: 2_000 } },
  { limit: { kind: 'fixed', concurrency: 2, queue: 1, maxQueueMs: 300 } },
  { limit: false },
  { maxKeys: 1 },
  // The others have no name, and are for random scenarios.
  { retry: { maxRetries: 1 } },
  { breaker: { failureRate: 0.3, minimumCalls: 4, window: { kind: 'count', size: 8 } } },
  { breaker: { slowCallMs: 400, slowCallRate: 0.5, minimumCalls: 3 } },
  { breaker: { ramp: [0.3, 0.6] } },
  { limit: { kind: 'adaptive', minConcurrency: 2 } },
  { budget: { ratio: 0.1, minRetriesPerSecond: 0.1, windowMs: 2_000 } },
  { budget: false },
  { coolDown: false },
  { coolDown: { maxWaiting: 2, maxMs: 5_000 } },
  { timeouts: { attemptMs: 700 } },
  { timeouts: { attemptMs: Number.POSITIVE_INFINITY } },
  { retry: { shouldRetry: ({ kind }) => (kind === 'value' ? true : undefined) } },
  { retry: { shouldRetry: () => undefined, maxRetries: 2 } },
  { breaker: { isFailure: ({ kind }) => kind === 'value' } },
  { idempotency: { methods: ['POST'], generate: () => 'generated' } },
  { idempotency: false },
];

const named = ['no retry', 'retries', 'no breaker', 'breaker', 'trips', 'fixed limit', 'no limit', 'one key'] as const;

/** The place of some options that have a name. */
export const optionsAt = (name: (typeof named)[number]): number => named.indexOf(name);

/** A call of which nothing more is said. */
export const call = (how: Partial<CallShape> = {}, key = 'a'): Step => ({ do: 'call', key, how: { ...QUIET, ...how } });

/** The oldest attempt under way ends. */
export const settle = (ending: Ending): Step => ({ do: 'settle', which: 0, ending });

export const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 24, arbitrary: fc.record({ do: fc.constant('call' as const), key: keys, how: shapes }) },
  {
    weight: 28,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which: fc.nat(20),
      ending: fc.constantFrom(
        'value' as const,
        'ok' as const,
        'reset' as const,
        'reset' as const,
        'down' as const,
        ...endings,
      ),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(0, 0.4, 7, 100, 600, 2_100, 12_000) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('update' as const), options: fc.nat(optionSets.length - 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('mode' as const),
      mode: fc.constantFrom('enforce', 'enforce', 'observe', 'off'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('control' as const),
      key: keys,
      action: fc.constantFrom('open', 'close', 'reset', 'reset'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('listen' as const),
      event: fc.constantFrom('attempt' as const, 'call' as const, 'breaker' as const, ...eventNames),
      action: fc.option(fc.constantFrom(...actions), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unlisten' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const) }) },
) as fc.Arbitrary<Step>;

interface OpenAttempt {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** One policy, all that is done to it, and all that can be seen of it. */
export class World {
  readonly clock = new QuickClock();
  readonly policy: Policy;
  readonly #open: OpenAttempt[] = [];
  readonly #controllers: AbortController[] = [];
  readonly #undo: (() => void)[] = [];
  readonly #events: unknown[] = [];
  readonly #calls: { report: unknown; end: unknown; contexts: unknown[] }[] = [];
  #draws = 0;

  constructor(options: PolicyOptions) {
    const random = seededRandom(7);
    this.policy = createPolicy({
      mode: 'enforce',
      clock: this.clock,
      random: () => {
        this.#draws += 1;
        return random();
      },
      ...options,
    });
  }

  /** All that can be seen from without, now. */
  seen(): unknown {
    return {
      snapshot: this.policy.snapshot(),
      events: this.#events,
      calls: this.#calls,
      open: this.#open.length,
      draws: this.#draws,
      timers: this.clock.pending,
    };
  }

  async take(step: Step): Promise<void> {
    this.#take(step);
    if (step.do === 'pass') await this.clock.advance(step.ms);
    else await this.clock.settle();
  }

  #take(step: Step): void {
    switch (step.do) {
      case 'call':
        this.#call(step.key, step.how);
        return;
      case 'settle':
        this.#settle(step.which, step.ending);
        return;
      case 'update':
        this.#quietly(() => this.policy.update(optionSets[step.options] ?? {}));
        return;
      case 'mode':
        this.policy.setMode(step.mode);
        return;
      case 'control':
        this.policy.breaker(step.key)[step.action]();
        return;
      case 'listen':
        this.#listen(step.event, step.action);
        return;
      case 'unlisten':
        this.#undo.pop()?.();
        return;
      case 'abort':
        this.#controllers[step.which % Math.max(1, this.#controllers.length)]?.abort();
        return;
      case 'close':
        this.policy.close();
        return;
      case 'pass':
        return;
    }
  }

  #call(key: string, how: CallShape): void {
    const controller = new AbortController();
    if (how.signal !== 'none') this.#controllers.push(controller);
    if (how.signal === 'aborted') controller.abort();
    const seen: { report: unknown; end: unknown; contexts: unknown[] } = {
      report: undefined,
      end: 'pending',
      contexts: [],
    };
    this.#calls.push(seen);
    const { method, maxRetries, statuses, mode, exhausted } = how;
    const signal = how.signal === 'none' ? undefined : controller.signal;
    const call: CallOptions = { key, method, maxRetries, statuses, mode, exhausted, signal };
    const traits = this.#traitsOf(how, signal);
    const fn = (context: AttemptContext): unknown => {
      const { attempt, idempotencyKey, remainingMs } = context;
      seen.contexts.push({ attempt, mode: context.mode, idempotencyKey, remainingMs, aborted: context.signal.aborted });
      return this.#attempt(key, how, signal);
    };
    const running = this.policy.executeWith(traits, fn, call);
    running.then(
      (value) => Object.assign(seen, { end: { value: shown(value) }, report: reportOf(value) }),
      (error: unknown) => Object.assign(seen, { end: { error: shown(error) }, report: reportOf(error) }),
    );
  }

  /** Those of a client of its own for calls with a signal. */
  #traitsOf(how: CallShape, signal: AbortSignal | undefined): ClientTraits {
    if (how.signal === 'raced') return plainTraits;
    if (how.signal === 'none') return { ...plainTraits, endsOnAbort: true };
    return {
      ...plainTraits,
      endsOnAbort: true,
      statusOf: (value) => (value as { readonly status?: number }).status,
      again: (error) => (error === STALE ? this.#later(signal) : undefined),
    };
  }

  #attempt(key: string, how: CallShape, signal: AbortSignal | undefined): unknown {
    if (how.attempt === 'sync-value') return answerOf(how.ending);
    if (how.attempt === 'sync-throw') throw networkError();
    if (how.attempt === 'nested') return this.policy.execute(() => this.#later(signal), { key });
    return this.#later(signal);
  }

  #later(signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#open.push({ resolve, reject });
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  }

  #settle(which: number, ending: Ending): void {
    const [open] = this.#open.splice(which % Math.max(1, this.#open.length), 1);
    if (ending === 'reset') open?.reject(networkError());
    else if (ending === 'unknown') open?.reject(new Error('unknown'));
    else if (ending === 'stale') open?.reject(STALE);
    else open?.resolve(answerOf(ending));
  }

  /** A listener that acts does so once: the call that it makes would make it act again. */
  #listen(event: PolicyEventName, action: Action | undefined): void {
    let next = action;
    this.#undo.push(
      this.policy.on(event, (told) => {
        // A listener sees what all others of that moment could see.
        this.#events.push([event, { ...told }, this.policy.snapshot()]);
        const now = next;
        next = undefined;
        if (now !== undefined) this.#act(now);
      }),
    );
  }

  #act(action: Action): void {
    if (action === 'throw') throw new Error('the listener failed');
    if (action === 'open' || action === 'reset') this.policy.breaker('a')[action]();
    else if (action === 'observe') this.policy.setMode('observe');
    else if (action === 'new-rules') this.policy.update(optionSets[optionsAt('trips')] ?? {});
    else if (action === 'listen') this.#listen('call', undefined);
    else if (action === 'close') this.policy.close();
    else this.#call('a', { ...QUIET, attempt: 'sync-value' });
  }

  #quietly(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#events.push(String(error));
    }
  }
}

/** The failure of an attempt that a client makes again. */
const STALE = new Error('stale');

const QUIET: CallShape = {
  attempt: 'later',
  ending: 'value',
  signal: 'none',
  method: undefined,
  maxRetries: undefined,
  statuses: undefined,
  mode: undefined,
  exhausted: undefined,
};

function answerOf(ending: Ending): unknown {
  switch (ending) {
    case 'ok':
      return { status: 200, headers: {} };
    case 'not-found':
      return { status: 404, headers: {} };
    case 'down':
      return { status: 503, headers: {} };
    case 'throttled':
      return { status: 429, headers: { 'retry-after': '1' } };
    case 'held-off':
      return { status: 503, headers: { 'retry-after-ms': '700' } };
    default:
      return 42;
  }
}

function shown(end: unknown): unknown {
  if (!(end instanceof Error)) return end;
  const { name, message, code, key, retryAfterMs, cause } = end as Error & Record<string, unknown>;
  return { name, message, code, key, retryAfterMs, cause: cause instanceof Error ? String(cause) : cause };
}
