import { expect, it } from '@jest/globals';
import { PageTokens } from './page-tokens.js';

const TWELVE_HOURS_MS = 12 * 3_600_000;

function tokensAt(startMs: number): { tokens: PageTokens; pass(ms: number): void } {
  let nowMs = startMs;
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { tokens: new PageTokens(() => nowMs), pass };
}

it('accepts a token for twelve hours', () => {
  const { tokens, pass } = tokensAt(1_000);
  const token = tokens.issue();
  expect(tokens.isValid(token)).toBe(true);
  pass(TWELVE_HOURS_MS);
  expect(tokens.isValid(token)).toBe(true);
  pass(1);
  expect(tokens.isValid(token)).toBe(false);
});

it('rejects a token of another process, one from the future, and a changed one', () => {
  const { tokens, pass } = tokensAt(10_000);
  const token = tokens.issue();
  expect(tokensAt(10_000).tokens.isValid(token)).toBe(false);
  expect(tokens.isValid(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBe(false);
  expect(tokens.isValid(token.replace('.10000.', '.99999.'))).toBe(false);
  for (const other of [undefined, 1, '', '.', 'a.b', 'a.b.c']) expect(tokens.isValid(other)).toBe(false);
  pass(-1);
  expect(tokens.isValid(token)).toBe(false);
});

it('issues another token each time', () => {
  const { tokens } = tokensAt(0);
  expect(tokens.issue()).not.toBe(tokens.issue());
});
