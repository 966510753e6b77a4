/**
 * Modules of which CommonJS gets the default export itself, with all exports on it, as from the libraries that they
 * stand in for.
 */
export const CALLABLE = { axios: ['axios-retry'] };

/**
 * The text of a module that TypeScript has emitted as CommonJS, with its default export in place of its exports object.
 */
export function callable(text) {
  const tail = [
    "Object.defineProperty(exports.default, '__esModule', { value: true });",
    'module.exports = Object.assign(exports.default, exports);',
  ];
  const map = text.lastIndexOf('\n//# sourceMappingURL=');
  const [code, comment] = map < 0 ? [text, ''] : [text.slice(0, map), text.slice(map)];
  return `${code.trimEnd()}\n${tail.join('\n')}${comment}\n`;
}

/**
 * The declarations of such a module: its default export with every export on it, so that `require()` has the type of
 * what it returns. `types` are the names of its exported types; its own declarations stay beside it as `original`.
 */
export function callableTypes(original, types) {
  return `import exported = require('./${original}.js');
declare const callable: typeof exported.default & typeof exported;
declare namespace callable {
${types.map((name) => `  export type ${name} = exported.${name};`).join('\n')}
}
export = callable;
`;
}
