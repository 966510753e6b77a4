import { afterEach, expect, it } from '@jest/globals';
import { processWide } from './process-wide.js';

const slot = Symbol.for('breakwater.test-of-process-wide');

afterEach(() => {
  Reflect.deleteProperty(globalThis, slot);
});

it('makes a value once, and gives it to every copy of the package', () => {
  const first = processWide('test-of-process-wide', () => ({ made: 1 }));
  expect(first).toEqual({ made: 1 });
  expect(processWide('test-of-process-wide', () => ({ made: 2 }))).toBe(first);
});

it('keeps the value hidden from loops over the globals, and deletable', () => {
  processWide('test-of-process-wide', () => 1);
  expect(Object.getOwnPropertyDescriptor(globalThis, slot)).toMatchObject({ enumerable: false, configurable: true });
});
