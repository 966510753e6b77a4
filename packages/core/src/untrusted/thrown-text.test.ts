import { expect, test } from '@jest/globals';
import { thrownText } from './thrown-text.js';

test('an error is described by its name and its code, without its message', () => {
  const coded = Object.assign(new TypeError('token=s3cret'), { code: 'ERR_BAD' });
  expect(thrownText(coded)).toBe('threw TypeError (ERR_BAD)');
  expect(thrownText(new Error('body: {"card":"4111"}'))).toBe('threw Error');
});

test('a failed parse does not quote the text that could not be parsed', () => {
  const parse = () => JSON.parse('<html>secret</html>');
  expect(parse).toThrow();
  try {
    parse();
  } catch (error) {
    expect(thrownText(error)).toBe('threw SyntaxError');
  }
});

test('a value that is not an error is described by its type', () => {
  const hostile = {
    get name(): string {
      throw new Error('no');
    },
  };
  const values = ['Bearer s3cret', 5, null, undefined, { name: 'a secret text', code: 'a b' }, hostile];
  expect(values.map(thrownText)).toEqual([
    'threw string',
    'threw number',
    'threw null',
    'threw undefined',
    'threw object',
    'threw object',
  ]);
});
