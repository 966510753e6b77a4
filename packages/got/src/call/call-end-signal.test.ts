import { expect, test } from '@jest/globals';
import { CallEndSignal } from './call-end-signal.js';

test('calls each listener once, in turn, and none that was removed', () => {
  const signal = new CallEndSignal();
  const heard: string[] = [];
  const gone = () => heard.push('gone');
  signal.addEventListener('abort', () => heard.push('one'));
  signal.addEventListener('abort', gone);
  signal.addEventListener('abort', () => heard.push('two'));
  signal.removeEventListener('abort', gone);
  signal.abort();
  signal.abort();
  expect(heard).toEqual(['one', 'two']);
  expect(signal).toMatchObject({ aborted: true, reason: new Error('the call is over') });
});

test('throws its reason after it has aborted', () => {
  const signal = new CallEndSignal();
  expect(() => signal.throwIfAborted()).not.toThrow();
  signal.abort();
  expect(() => signal.throwIfAborted()).toThrow('over');
});

test('skips a listener that is removed while others are called', () => {
  const signal = new CallEndSignal();
  const heard: string[] = [];
  const second = () => heard.push('second');
  signal.addEventListener('abort', () => {
    heard.push('first');
    signal.removeEventListener('abort', second);
  });
  signal.addEventListener('abort', second);
  signal.abort();
  expect(heard).toEqual(['first']);
});
