import type { KeyState, KeyUser, StoreLink } from '@breakwater/core/store';
import type { FleetBreaker } from './fleet-breaker.js';

/**
 * One policy's hold on a key. Its methods are made when they are read, so that they take no memory in any hold, and a
 * copy of a hold has them, too.
 */
class KeyHold {
  readonly state: KeyState;
  readonly key: FleetBreaker;
  readonly watcher: KeyUser;
  /** Called with a key that no policy holds any more. */
  readonly unused: (key: FleetBreaker) => void;

  constructor(key: FleetBreaker, watcher: KeyUser, unused: (key: FleetBreaker) => void) {
    this.state = key.state;
    this.key = key;
    this.watcher = watcher;
    this.unused = unused;
    Object.defineProperties(this, METHODS);
  }
}

/** Returns a policy's link to a key. */
export function holdKey(key: FleetBreaker, watcher: KeyUser, unused: (key: FleetBreaker) => void): StoreLink {
  const { state } = key;
  state.watchers = [...state.watchers, watcher];
  return new KeyHold(key, watcher, unused) as KeyHold & StoreLink;
}

type Methods = Required<Omit<StoreLink, 'state'>>;

const METHODS: PropertyDescriptorMap = descriptorsOf({
  probeWaitMs: ({ key }) => key.host.settings.probeWaitMs,
  outcomeRecorded:
    ({ key }) =>
    (evidence) =>
      key.recorded(evidence),
  transitioned:
    ({ key }) =>
    (transition) =>
      key.moved(transition),
  acquireProbe:
    ({ key }) =>
    (leaseMs) =>
      key.acquireProbe(leaseMs),
  probeEnded:
    ({ key }) =>
    (token, end) =>
      key.probes.ended(token, end),
  coolDownChanged:
    ({ key }) =>
    (remainingMs) =>
      key.coolDown.changed(remainingMs),
  rulesChanged:
    ({ key }) =>
    (rules) =>
      key.rulesChanged(rules),
  budget:
    ({ key }) =>
    (rules) =>
      key.budget(rules),
  instances:
    ({ key }) =>
    () =>
      key.instances(),
  fleet:
    ({ key }) =>
    () =>
      key.seen(),
  detach:
    ({ key, state, watcher, unused }) =>
    () => {
      state.watchers = state.watchers.filter((other) => other !== watcher);
      if (state.watchers.length === 0) unused(key);
    },
});

function descriptorsOf(
  methods: {
    readonly [Name in keyof Methods]: (hold: KeyHold) => Methods[Name];
  },
): PropertyDescriptorMap {
  const descriptors = Object.entries(methods).map(([name, read]) => {
    const descriptor: PropertyDescriptor & ThisType<KeyHold> = {
      configurable: true,
      enumerable: true,
      get() {
        return read(this);
      },
    };
    return [name, descriptor];
  });
  return Object.fromEntries(descriptors);
}
