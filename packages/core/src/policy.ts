import { Releaser } from './host/releaser.js';
import { type BreakerControl, breakerControl, type ControlOptions, nameOfActor } from './key/breaker-control.js';
import { type CallCounts, newCallCounts } from './key/call-counts.js';
import { KeyEntry, type KeyHost } from './key/key-entry.js';
import { KeyRegistry } from './key/key-registry.js';
import { instanceOf, keySnapshot, type PolicySnapshot, storeSnapshot } from './key/key-snapshot.js';
import { originOf } from './key/origin.js';
import type { AttemptFunction } from './loop/attempt-context.js';
import { endAs } from './loop/call-end.js';
import type { UncheckedPolicy } from './loop/execute-unchecked.js';
import { isPlainCall, isPlainPolicy, runPlainCall } from './loop/plain-call.js';
import { plainTraits } from './loop/plain-traits.js';
import type { Run } from './loop/run-attempt.js';
import { runCall } from './loop/run-call.js';
import type { CallInfo } from './options/call-info.js';
import { nonEmptyString, plainObject, shown } from './options/checks.js';
import { describePolicy, type PolicyDescription } from './options/describe.js';
import { mergeOptions } from './options/merge.js';
import { checkMode, type Mode } from './options/mode.js';
import type { PolicyOptions, PolicySettings } from './options/options.js';
import { resolveOptions } from './options/resolve.js';
import { livingPolicies } from './policy/policies.js';
import type { Policy } from './policy/policy-port.js';
import { type CallOptions, type ClientTraits, checkCall, type Place } from './session/call-options.js';
import { CallSession } from './session/call-session.js';
import { OffSession } from './session/pass-through-session.js';
import type { Session } from './session/session.js';
import type { SessionTraits } from './session/session-host.js';
import { failSafeStore } from './store/fail-safe-store.js';
import type { BreakerStore } from './store/store.js';
import { StoreHealth } from './store/store-health.js';
import { AttributeSets, type CallAttributes } from './telemetry/call-attributes.js';
import { type CallTrace, tracing } from './telemetry/call-tracing.js';
import { channelsFor } from './telemetry/diagnostics.js';
import { EventHub } from './telemetry/event-hub.js';
import { eventNames, type PolicyEventListener, type PolicyEventName } from './telemetry/events.js';
import { newObservedCounts, type ObservedCounts, observedSnapshot } from './telemetry/observed-calls.js';
import { messageOf } from './untrusted/error-message.js';
import { own, withoutPollution } from './untrusted/own-properties.js';
import { present } from './untrusted/present.js';
import { ignoreRejection } from './untrusted/thenable.js';
import { thrownText } from './untrusted/thrown-text.js';

/**
 * Creates a policy. All options are optional; `presets` has sets of them for common cases.
 *
 * @throws TypeError or RangeError for invalid options; the message names option, rule and value.
 */
export function createPolicy(options: PolicyOptions = {}): Policy {
  return new CorePolicy(options);
}

const DEFAULT_KEY = 'default';
const FIXED_OPTIONS = ['name', 'instance', 'store', 'clock', 'random'] as const;

class CorePolicy implements Policy, UncheckedPolicy {
  settings: PolicySettings;
  readonly events: EventHub;
  readonly totals: CallCounts = newCallCounts();
  readonly observed: ObservedCounts = newObservedCounts();
  readonly closing = new Releaser();
  readonly turningOff = new Releaser();
  #options: PolicyOptions;
  #isPlain: boolean;
  readonly #keys: KeyRegistry;
  readonly #store: BreakerStore;
  readonly #storeHealth: StoreHealth;
  readonly #keyHost: KeyHost;
  readonly #createEntry = (key: string): KeyEntry => new KeyEntry(key, this.settings, this.#store, this.#keyHost);
  readonly #unwatchStore: () => void;
  #attributeSets: AttributeSets | undefined;

  constructor(options: PolicyOptions) {
    const settings = resolveOptions(options);
    this.settings = settings;
    this.#isPlain = isPlainPolicy(settings);
    this.#options = mergeOptions({}, { ...options, mode: settings.mode });
    const instance = settings.instance ?? instanceOf(settings.store);
    this.events = new EventHub(settings.name, instance, () => settings.clock.wallNow(), channelsFor(eventNames));
    this.#keyHost = {
      events: this.events,
      clock: settings.clock,
      breakers: undefined,
      longestCoolDownMs: () => (this.settings.coolDown === false ? 0 : this.settings.coolDown.maxMs),
    };
    this.#setBreakerRules(settings);
    this.#keys = new KeyRegistry(settings.maxKeys, settings.keyIdleMs);
    this.#storeHealth = new StoreHealth(({ status, error, id }) => {
      if (id !== undefined && id.policy !== settings.name) return;
      const message = status === 'degraded' ? messageOf(error) : undefined;
      this.events.emit('store', id?.key ?? '', { status, message });
    });
    this.#store = failSafeStore(settings.store, settings.clock, this.#storeHealth);
    this.#unwatchStore = this.#store.onStatus?.((status) => this.#storeHealth.reported(status)) ?? (() => {});
    livingPolicies.add(this);
  }

  get name(): string {
    return this.settings.name;
  }

  get mode(): Mode {
    return this.settings.mode;
  }

  execute<T>(fn: AttemptFunction<T>, call?: CallOptions): Promise<T> {
    return this.executeWith(plainTraits, fn, call);
  }

  executeWith<T>(traits: ClientTraits, fn: AttemptFunction<T>, call?: CallOptions): Promise<T> {
    try {
      if (typeof fn !== 'function') throw new TypeError(`fn must be a function, got ${typeof fn}`);
      if (call !== undefined) checkCall('call', call);
      const own = call && withoutPollution(call);
      return this.#execute(traits, fn, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  executeUnchecked<T>(traits: ClientTraits, fn: AttemptFunction<T>, call: CallOptions): Promise<T> {
    try {
      return this.#execute(traits, fn, call);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  wrap<A extends unknown[], T>(fn: (...args: A) => T | PromiseLike<T>, call?: CallOptions): (...args: A) => Promise<T> {
    if (typeof fn !== 'function') throw new TypeError(`fn must be a function, got ${typeof fn}`);
    if (call !== undefined) checkCall('call', call);
    const policy = this;
    return function (this: unknown, ...args) {
      return policy.execute(() => Reflect.apply(fn, this, args) as T | PromiseLike<T>, call);
    };
  }

  begin(given?: CallOptions, traits?: SessionTraits): Session {
    if (given !== undefined) checkCall('call', given);
    return this.beginUnchecked(given, traits);
  }

  beginUnchecked(given: CallOptions | undefined, traits: SessionTraits | undefined): Session {
    const call = given && withoutPollution(given);
    const trace = tracing.tracer?.trace(this, true);
    return this.#begin(this.#keyOf(call), this.settings.clock.now(), call, traits, trace);
  }

  entryFor(place: Place | undefined, nowMs: number): KeyEntry {
    return this.#keys.use(this.#keyOf(place), nowMs, this.#createEntry);
  }

  attributesFor(key: string, call: CallOptions | undefined): CallAttributes | undefined {
    const { attributesOf } = this.settings;
    if (attributesOf === undefined) return undefined;
    try {
      const given: unknown = attributesOf({ key, method: call?.method?.toUpperCase(), url: call?.url });
      ignoreRejection(given);
      this.#attributeSets ??= new AttributeSets();
      const { attributes, broken } = this.#attributeSets.read(given);
      if (broken !== undefined) this.events.emit('hookError', key, { hook: 'attributesOf', message: broken });
      return attributes;
    } catch (error) {
      this.events.emit('hookError', key, { hook: 'attributesOf', message: thrownText(error) });
      return undefined;
    }
  }

  #execute<T>(traits: ClientTraits, fn: AttemptFunction<T>, call: CallOptions | undefined): Promise<T> {
    const { settings } = this;
    const { clock } = settings;
    const trace = tracing.tracer?.trace(this, false);
    const isPlain = this.#isPlain && trace === undefined && isPlainCall(call, traits);
    const key = this.#keyOf(call);
    const nowMs = clock.now();
    if (!isPlain) return this.#run({ session: this.#begin(key, nowMs, call, traits, trace), fn, call, traits }, nowMs);
    const entry = this.#keys.use(key, nowMs, this.#createEntry);
    // A listener of the `evict` event may have changed the policy.
    const running = this.settings === settings ? runPlainCall(this, entry, call, fn, traits, nowMs) : undefined;
    if (running !== undefined) return running;
    const session = new CallSession(this, entry, call, 'enforce', nowMs, traits);
    return this.#run({ session, fn, call, traits }, nowMs);
  }

  #run<T>(run: Run<T>, nowMs: number): Promise<T> {
    // Always a promise, as from the loop.
    return endAs(run.traits, run.call, () => runCall(run, nowMs, this.settings.clock)) as Promise<T>;
  }

  #begin(
    key: string,
    nowMs: number,
    call: CallOptions | undefined,
    traits: SessionTraits | undefined,
    trace: CallTrace | undefined,
  ): Session {
    const { clock, enforceRate, random } = this.settings;
    const mode = call?.mode ?? this.settings.mode;
    if (mode === 'off') return new OffSession(key, call?.idempotencyKey, nowMs, () => clock.now());
    const observed = mode === 'observe' || (enforceRate < 1 && random() >= enforceRate);
    const entry = this.#keys.use(key, nowMs, this.#createEntry);
    const session = new CallSession(this, entry, call, observed ? 'observe' : 'enforce', nowMs, traits);
    return trace === undefined ? session : session.followedBy(trace);
  }

  on<E extends PolicyEventName>(event: E, listener: PolicyEventListener<E>): () => void {
    return this.events.on(event, listener);
  }

  breaker(key: string): BreakerControl {
    const { clock } = this.settings;
    nonEmptyString('key', key);
    return breakerControl(key, clock, this.events, (wanted) => this.#keys.use(wanted, clock.now(), this.#createEntry));
  }

  snapshot(): PolicySnapshot {
    const { name, mode, clock, coolDown, store } = this.settings;
    const nowMs = clock.now();
    const atMs = clock.wallNow();
    this.#keys.prune(nowMs);
    const keys = [...this.#keys.all()].map((entry) => [entry.key, keySnapshot(entry, nowMs, atMs, coolDown !== false)]);
    return {
      policy: name,
      mode,
      atMs,
      totals: { ...this.totals, ...present({ observed: observedSnapshot(this.observed) }) },
      ...present({ store: storeSnapshot(store, this.#storeHealth) }),
      keys: Object.fromEntries(keys),
    };
  }

  describe(): PolicyDescription {
    return describePolicy(this.settings);
  }

  update(given: PolicyOptions): void {
    plainObject('options', given);
    const options = own(given);
    for (const name of FIXED_OPTIONS) {
      if (options[name] === undefined || options[name] === this.settings[name]) continue;
      throw new TypeError(`${name} cannot be changed by an update, got ${shown(options[name])}`);
    }
    const old = this.settings;
    const { name, instance, store, clock, random } = old;
    const merged = mergeOptions(this.#options, options);
    const settings = resolveOptions({ ...merged, name, instance, store, clock, random });
    this.#options = merged;
    this.settings = settings;
    this.#isPlain = isPlainPolicy(settings);
    this.#setBreakerRules(settings);
    if (old.mode === 'enforce' && settings.mode !== 'enforce') {
      this.turningOff.release();
    }
    for (const entry of this.#keys.all()) entry.adapt(old, settings);
    this.#keys.resize(settings.maxKeys, settings.keyIdleMs, clock.now());
  }

  setMode(mode: Mode, options?: ControlOptions): void {
    checkMode('mode', mode);
    this.update({ mode });
    const by = nameOfActor(options);
    if (by !== undefined) this.events.emit('control', '', { action: 'mode', by, mode });
  }

  close(): void {
    livingPolicies.delete(this);
    this.closing.release();
    this.#unwatchStore();
    this.events.removeAll();
    this.#keys.clear();
  }

  #setBreakerRules({ breaker, random }: PolicySettings): void {
    if (breaker === false) return;
    this.#keyHost.breakers ??= { rules: breaker, random };
    this.#keyHost.breakers.rules = breaker;
  }

  #keyOf(call: CallOptions | undefined): string {
    if (call === undefined && this.settings.keyOf === undefined) return DEFAULT_KEY;
    if (call?.key !== undefined) return call.key;
    const origin = originOf(call?.url) ?? DEFAULT_KEY;
    return this.settings.keyOf === undefined ? origin : this.#askedKey(this.settings.keyOf, call, origin);
  }

  /** Returns the user's key, or the origin if the user's function fails: a failing `keyOf` must not fail a call. */
  #askedKey(keyOf: (call: CallInfo) => string, call: CallOptions | undefined, origin: string): string {
    let message = 'must return a non-empty string';
    try {
      const key: unknown = keyOf({ key: undefined, method: call?.method?.toUpperCase(), url: call?.url });
      if (typeof key === 'string' && key !== '') return key;
      ignoreRejection(key);
    } catch (error) {
      message = thrownText(error);
    }
    this.events.emit('hookError', origin, { hook: 'keyOf', message });
    return origin;
  }
}
