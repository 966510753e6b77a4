import { describe, expect, it, test } from '@jest/globals';
import { colorsFor, progressOn } from '../src/command-io.js';

function output(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

describe('colours', () => {
  test.each([
    ['a terminal', true, {}, true],
    ['a pipe', false, {}, false],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['a terminal with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['both', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
  ])('%s: %p', (_, isTTY, env, expected) => {
    expect(colorsFor(output(isTTY), env).isColorSupported).toBe(expected);
  });
});

describe('progress', () => {
  it('is one line that is replaced, and removed at the end', () => {
    const stderr = output(true, 20);
    const progress = progressOn({ stderr });
    progress.show('1 of 2');
    progress.show('2 of 2');
    progress.clear();
    progress.clear();
    expect(stderr.written).toEqual(['\r\u001b[2K1 of 2', '\r\u001b[2K2 of 2', '\r\u001b[2K']);
  });

  it('is cut to the width of the terminal, since a second line would stay', () => {
    const stderr = output(true, 10);
    progressOn({ stderr }).show('src/a/long/path.ts');
    expect(stderr.written).toEqual(['\r\u001b[2Ksrc/a/lo…']);
  });

  it('is not seen in a pipe', () => {
    const stderr = output(false);
    const progress = progressOn({ stderr });
    progress.show('1 of 2');
    progress.clear();
    expect(stderr.written).toEqual([]);
  });
});
