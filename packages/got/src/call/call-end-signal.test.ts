import { expect, it } from '@jest/globals';
import { EndSignal } from './call-end-signal.js';

it('tells each listener once, in turn, and none that has gone', () => {
  const signal = new EndSignal();
  const heard: string[] = [];
  const gone = () => heard.push('gone');
  signal.addEventListener('abort', () => heard.push('one'));
  signal.addEventListener('abort', gone);
  signal.addEventListener('abort', () => heard.push('two'));
  signal.removeEventListener('abort', gone);
  signal.abort(new Error('over'));
  signal.abort(new Error('again'));
  expect(heard).toEqual(['one', 'two']);
  expect(signal).toMatchObject({ aborted: true, reason: new Error('over') });
});

it('throws its reason once it is aborted', () => {
  const signal = new EndSignal();
  expect(() => signal.throwIfAborted()).not.toThrow();
  signal.abort(new Error('over'));
  expect(() => signal.throwIfAborted()).toThrow('over');
});

it('leaves out a listener that goes while the others are told', () => {
  const signal = new EndSignal();
  const heard: string[] = [];
  const second = () => heard.push('second');
  signal.addEventListener('abort', () => {
    heard.push('first');
    signal.removeEventListener('abort', second);
  });
  signal.addEventListener('abort', second);
  signal.abort(new Error('over'));
  expect(heard).toEqual(['first']);
});
