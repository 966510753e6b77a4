import { expect, test } from '@jest/globals';
import ts from 'typescript';
// @ts-expect-error: a script of the build, without types
import { callable, callableTypes } from '../scripts/callable.js';

function emitted(source: string): string {
  const compilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    inlineSourceMap: false,
    sourceMap: true,
  };
  return ts.transpileModule(source, { compilerOptions, fileName: 'retry.ts' }).outputText;
}

function loaded(text: string): Record<string, unknown> & ((...args: unknown[]) => unknown) {
  const module = { exports: {} };
  new Function('module', 'exports', 'require', text)(module, module.exports, () => ({ helper: 'helper' }));
  return module.exports as never;
}

test('a module of CommonJS is its default export, with every export on it', () => {
  const source = `export { helper } from './helper.js'; export const namespace = 'n';
    const install = Object.assign((x: number) => x + 1, { helper: 'own' }); export default install;`;
  const module = loaded(callable(emitted(source)));
  expect(module(1)).toBe(2);
  expect({ ...module }).toMatchObject({ default: module, namespace: 'n', helper: 'helper' });
  expect(module.__esModule).toBe(true);
  expect(Object.keys(module)).not.toContain('__esModule');
});

test('its source map stays the last line', () => {
  expect(callable(emitted('export default () => 1;')).trimEnd().split('\n').at(-1)).toMatch(/^\/\/# sourceMappingURL=/);
});

test('its declarations have the type of what require() returns', () => {
  expect(callableTypes('retry.exports', ['Options', 'Result'])).toBe(
    [
      "import exported = require('./retry.exports.js');",
      'declare const callable: typeof exported.default & typeof exported;',
      'declare namespace callable {',
      '  export type Options = exported.Options;',
      '  export type Result = exported.Result;',
      '}',
      'export = callable;',
      '',
    ].join('\n'),
  );
});
