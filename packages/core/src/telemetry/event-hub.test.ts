import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, it } from '@jest/globals';
import { bench, outcome, throwing } from '../../test/policy-fixture.js';
import { scripted } from '../testing/faults.js';
import { channelsFor } from './diagnostics.js';
import { EventHub } from './event-hub.js';
import { eventNames, type PolicyEvents } from './events.js';

const url = 'https://user:secret@a.example/path?token=secret';

it('passes one frozen object to all listeners, and gives each listener its own undo', async () => {
  const { policy } = bench();
  const heard: PolicyEvents['attempt'][] = [];
  const listener = (event: PolicyEvents['attempt']) => void heard.push(event);
  const undo = policy.on('attempt', listener);
  policy.on('attempt', listener);
  await policy.execute(() => 1);
  expect(heard).toHaveLength(2);
  expect(heard[0]).toBe(heard[1]);
  expect(Object.isFrozen(heard[0])).toBe(true);
  undo();
  undo();
  await policy.execute(() => 1);
  expect(heard).toHaveLength(3);
});

it('lets a listener remove itself or another while it is called', async () => {
  const { policy } = bench();
  const heard: string[] = [];
  const undo = policy.on('attempt', () => {
    heard.push('first');
    undo();
    undoSecond();
  });
  const undoSecond = policy.on('attempt', () => void heard.push('second'));
  await policy.execute(() => 1);
  await policy.execute(() => 1);
  expect(heard).toEqual(['first', 'second']);
});

it.each([
  ['throws', throwing(new Error('oops')), 'threw Error'],
  ['rejects', () => Promise.reject(new Error('oops')), 'threw Error'],
  ['throws no error', throwing(undefined), 'threw undefined'],
  [
    'returns a thenable that throws',
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: what is tested
      get then() {
        throw new Error('oops');
      },
    }),
    'threw Error',
  ],
])('is not affected by a listener that %s, and reports it', async (_how, listener, message) => {
  const { clock, policy, told } = bench();
  for (const name of eventNames) policy.on(name, listener as () => void);
  expect(await outcome(clock, policy.execute(scripted([{ status: 503 }, { value: 'fine' }])))).toBe('fine');
  expect(told('attempt')).toHaveLength(2);
  expect(told('hookError')[0]).toStrictEqual({ hook: 'listener', message });
});

it.each(['attempts', '', '__proto__', undefined])('rejects an unknown event name: %p', (name) => {
  expect(() => bench().policy.on(name as 'attempt', () => {})).toThrow(RangeError);
});

it('rejects a listener that is not a function', () => {
  expect(() => bench().policy.on('attempt', undefined as never)).toThrow(
    new TypeError(`listener of 'attempt' must be a function`),
  );
});

it('publishes each event on the diagnostics channel of its name', async () => {
  const messages: unknown[] = [];
  const hear = (message: unknown, name: string | symbol) => void messages.push([name, message]);
  const channels = eventNames.map((name) => `breakwater:${name}`);
  for (const channel of channels) subscribe(channel, hear);
  try {
    const { clock, policy, events } = bench();
    await outcome(clock, policy.execute(scripted([{ status: 503 }, { status: 200 }]), { url }));
    expect(messages).toEqual(events.map(([name, event]) => [`breakwater:${name}`, event]));
    expect(messages.every((message) => Object.isFrozen((message as [string, object])[1]))).toBe(true);
    messages.length = 0;
    policy.close();
    await policy.execute(() => 1);
    expect(messages).toHaveLength(2);
  } finally {
    for (const channel of channels) unsubscribe(channel, hear);
  }
});

it('works without channels if the host has none', () => {
  const { process: host } = globalThis;
  Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true, writable: true });
  try {
    expect(channelsFor(['attempt'])).toEqual({});
  } finally {
    Object.defineProperty(globalThis, 'process', { value: host, configurable: true, writable: true });
  }
});

it('makes no event without a listener', () => {
  const never = () => {
    throw new Error('asked for the time');
  };
  const hub = new EventHub('p', undefined, never, {});
  expect(hub.topics.attempt.hasListeners).toBe(false);
  hub.emit('budget', 'k', { state: 'exhausted' });
  hub.on('retry', () => {});
  hub.emit('budget', 'k', { state: 'exhausted' });
  expect(hub.topics.retry.hasListeners).toBe(true);
  expect(hub.topics.budget.hasListeners).toBe(false);
});
