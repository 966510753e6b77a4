import { describe, expect, test } from '@jest/globals';
import { readArguments } from './arguments.js';

describe('the arguments', () => {
  test.each([
    [[], { plain: false, page: false, seconds: 30, picture: undefined }],
    [['--plain'], { plain: true, page: false, seconds: 30, picture: undefined }],
    [['--seconds', '4.5'], { plain: false, page: false, seconds: 4.5, picture: undefined }],
    [['--picture', 'a.svg'], { plain: false, page: false, seconds: 30, picture: 'a.svg' }],
    [['--page'], { plain: false, page: true, seconds: 30, picture: undefined }],
    [['--seconds=60', '--plain'], { plain: true, page: false, seconds: 60, picture: undefined }],
  ])('%j mean %j', (args, options) => {
    expect(readArguments(args)).toEqual(options);
  });

  test.each(['0', '3601', 'soon'])('a run cannot last %j seconds', (text) => {
    expect(() => readArguments(['--seconds', text])).toThrow('It must be a number from 1 to 3600.');
  });
});
