import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { script, style } from '../src/assets.js';

const gzipped = (text: string): number => gzipSync(text).length;

test('the script is at most 40 KB compressed, the style sheet 5 KB, their licence included', () => {
  // uPlot alone is 22 KB of it.
  expect(gzipped(script)).toBeGreaterThan(20_000);
  expect(gzipped(script)).toBeLessThan(40_000);
  expect(gzipped(style)).toBeLessThan(5_000);
});

test('the page names no other host, and evaluates no text', () => {
  // A namespace is a name, not an address that is fetched.
  const named = new Set(`${script}${style}`.match(/https?:\/\/[^\s"'`)]+/g));
  expect([...named].sort()).toEqual(['http://www.w3.org/2000/svg']);
  expect(script).not.toMatch(/\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write/);
  expect(style).not.toMatch(/@import|url\(/);
});

test('the bundle includes the licences of its libraries', () => {
  for (const text of [script, style]) {
    expect(text).toContain('Copyright (c) 2022 Leon Sorokin');
    expect(text).toContain('Permission is hereby granted, free of charge');
  }
});

test('the module of the page is made from its sources', () => {
  const check = fileURLToPath(new URL('../scripts/embed-page.mjs', import.meta.url));
  expect(() => execFileSync(process.execPath, [check, '--check'], { stdio: 'pipe' })).not.toThrow();
});
