import { expect, it } from '@jest/globals';
import { messageOf } from './error-message.js';

it('reports no more of an error than its message', () => {
  const cases = [new Error('oops'), 'text', 5, null, { message: 'secret' }];
  expect(cases.map(messageOf)).toEqual(['oops', 'text', 'number', 'object', 'object']);
});
