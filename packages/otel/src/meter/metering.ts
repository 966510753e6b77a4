import type { Policy } from '@breakwater/core';
import { createNoopMeter, type MeterProvider, metrics } from '@opentelemetry/api';
import { FollowedPolicies } from '../metrics/followed-policies.js';
import { measureEvents } from '../metrics/measure-events.js';
import { observePolicies } from '../metrics/observe-policies.js';
import type { Recorder } from '../metrics/recorder.js';
import { Series } from '../metrics/series.js';
import { watchStore } from '../metrics/watch-store.js';
import type { InstrumentSettings } from '../options.js';
import { SCOPE } from '../scope.js';
import { MeterRecorder } from './meter-recorder.js';

/**
 * Records the metrics of policies with the present meter provider. The API has no stand-in for a provider that is
 * registered later, so an instrument made too early never records. So instruments are made, and listeners added, only
 * once there is a provider.
 */
export class Metering {
  readonly #settings: InstrumentSettings;
  /** Tells if another instrumentation records the policy with the same provider already. */
  readonly #isTaken: (policy: Policy) => boolean;
  readonly #series = new Series();
  readonly #degraded = new WeakSet<Policy>();
  #provider: MeterProvider | undefined;
  #recorder: MeterRecorder | undefined;
  #followed: FollowedPolicies | undefined;

  constructor(settings: InstrumentSettings, isTaken: (policy: Policy) => boolean) {
    this.#settings = settings;
    this.#isTaken = isTaken;
  }

  get provider(): MeterProvider {
    return this.#settings.meterProvider ?? metrics.getMeterProvider();
  }

  /** Uses the present provider. Called with each call that begins, so nearly always there is nothing to do. */
  refresh(): void {
    const { provider } = this;
    if (provider === this.#provider) return;
    this.close();
    this.#provider = provider;
    const meter = provider.getMeter(SCOPE);
    if (meter === createNoopMeter()) return;
    const recorder = new MeterRecorder(meter, () => this.#read());
    this.#recorder = recorder;
    this.#followed = new FollowedPolicies(this.#settings.policies, (policy) => this.#listen(policy, recorder));
  }

  /** Stops recording and listening. */
  close(): void {
    this.#followed?.stop();
    this.#followed = undefined;
    this.#recorder?.close();
    this.#recorder = undefined;
    this.#provider = undefined;
  }

  #listen(policy: Policy, recorder: Recorder): () => void {
    const own: Recorder = {
      add: (...measurement) => {
        if (!this.#isTaken(policy)) recorder.add(...measurement);
      },
      record: (...measurement) => {
        if (!this.#isTaken(policy)) recorder.record(...measurement);
      },
    };
    const undo = [measureEvents(policy, own, this.#series), watchStore(policy, this.#degraded)];
    return () => {
      for (const step of undo) step();
    };
  }

  #read(): ReturnType<typeof observePolicies> {
    const own = (this.#followed?.current() ?? []).filter((policy) => !this.#isTaken(policy));
    return observePolicies(own, this.#series, this.#degraded);
  }
}
