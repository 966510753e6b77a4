import { isThenable } from '../untrusted/thenable.js';
import { thrownText } from '../untrusted/thrown-text.js';
import type { Channel, Channels } from './diagnostics.js';
import {
  type EventDetails,
  eventNames,
  type PolicyEvent,
  type PolicyEventListener,
  type PolicyEventName,
  type PolicyEvents,
} from './events.js';

/**
 * Sends events to a policy's listeners and to the diagnostics channels. Nothing that a listener does reaches the call.
 */
export class EventHub {
  readonly policyName: string;
  readonly instance: string | undefined;
  /** The time of events, in ms since 1970. */
  readonly wallNow: () => number;
  readonly topics: Readonly<Record<PolicyEventName, Topic>>;
  readonly #attempts: Topic;
  readonly #calls: Topic;

  constructor(policy: string, instance: string | undefined, wallNow: () => number, channels: Channels) {
    this.policyName = policy;
    this.instance = instance;
    this.wallNow = wallNow;
    this.topics = topicsOn(channels);
    this.#attempts = this.topics.attempt;
    this.#calls = this.topics.call;
  }

  on<E extends PolicyEventName>(name: E, listener: PolicyEventListener<E>): () => void {
    if (!eventNames.includes(name)) {
      throw new RangeError(`event must be one of ${eventNames.join(', ')}, got ${JSON.stringify(name)}`);
    }
    if (typeof listener !== 'function') throw new TypeError(`listener of '${name}' must be a function`);
    // A wrapper of its own, so that a function that is registered twice is called twice and removed once.
    const own: AnyListener = (event) => (listener as AnyListener)(event);
    const topic = this.topics[name];
    topic.listeners = [...topic.listeners, own];
    return () => {
      topic.listeners = topic.listeners.filter((other) => other !== own);
    };
  }

  emit<E extends PolicyEventName>(name: E, key: string, details: EventDetails<E>): void {
    const topic = this.topics[name];
    if (!topic.hasListeners) return;
    this.#publish(name, topic, Object.freeze({ ...this.header(key), ...details }) as PolicyEvents[E]);
  }

  /** Tells if there are listeners for the ends of attempts or of calls. */
  get hearsCalls(): boolean {
    return this.#attempts.hasListeners || this.#calls.hasListeners;
  }

  /** Returns the fields of every event. */
  header(key: string): PolicyEvent {
    const header = { policy: this.policyName, key, atMs: this.wallNow() };
    return this.instance === undefined ? header : { ...header, instance: this.instance };
  }

  /** Does the same as `emit` for the frequent events: `event` is complete, and it has a listener. */
  publish<E extends PolicyEventName>(name: E, event: PolicyEvents[E]): void {
    this.#publish(name, this.topics[name], Object.freeze(event) as PolicyEvents[E]);
  }

  #publish<E extends PolicyEventName>(name: E, topic: Topic, event: PolicyEvents[E]): void {
    // The present listeners. Adding or removing one meanwhile makes a new list.
    const { listeners } = topic;
    for (let index = 0; index < listeners.length; index += 1) {
      const listener = listeners[index];
      if (listener !== undefined) this.#tell(name, event.key, listener, event);
    }
    if (topic.channel?.hasSubscribers) topic.channel.publish(event);
  }

  removeAll(): void {
    for (const topic of Object.values(this.topics)) topic.listeners = [];
  }

  #tell(name: PolicyEventName, key: string, listener: AnyListener, event: object): void {
    try {
      const returned = listener(event as never);
      if (isThenable(returned)) returned.then(undefined, (error: unknown) => this.#listenerFailed(name, key, error));
    } catch (error) {
      this.#listenerFailed(name, key, error);
    }
  }

  #listenerFailed(name: PolicyEventName, key: string, error: unknown): void {
    // There is no further event for a failing listener of `hookError`.
    if (name !== 'hookError') this.emit('hookError', key, { hook: 'listener', message: thrownText(error) });
  }
}

type AnyListener = (event: never) => unknown;

/** Listeners of one kind of event. */
class Topic {
  listeners: readonly AnyListener[] = [];
  readonly channel: Channel | undefined;

  constructor(channel: Channel | undefined) {
    this.channel = channel;
  }

  /** Tells if there is a listener: events without one are not made. */
  get hasListeners(): boolean {
    return this.listeners.length > 0 || this.channel?.hasSubscribers === true;
  }
}

function topicsOn(channels: Channels): Readonly<Record<PolicyEventName, Topic>> {
  const topics = eventNames.map((name) => [name, new Topic(channels[name])] as const);
  return Object.fromEntries(topics) as Record<PolicyEventName, Topic>;
}
