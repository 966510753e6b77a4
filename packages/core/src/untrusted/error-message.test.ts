import { expect, it } from '@jest/globals';
import { messageOf } from './error-message.js';

it('returns only the message of an error', () => {
  const cases = [new Error('oops'), 'text', 5, null, { message: 'secret' }];
  expect(cases.map(messageOf)).toEqual(['oops', 'text', 'number', 'object', 'object']);
});
