import { type ParseError, parse } from '@babel/parser';
import babelTraverse, { type NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type Extension, extensionOf, parserOptions } from './dialect.js';
import { vueScript } from './vue-scripts.js';

// A CommonJS module with a default export: Node's default import is the module itself.
type Traverse = typeof babelTraverse.default;
const traverse = (babelTraverse.default ?? babelTraverse) as Traverse;

/** The tree of a file, with scopes; `undefined` for a file without a script. */
export function programOf(path: string, text: string): NodePath<t.Program> | undefined {
  const extension = extensionOf(path);
  if (extension === undefined) throw new TypeError(`${path}: not a kind of file that can be read`);
  if (extension !== 'vue') return program(text, extension, /\.d\.[cm]?ts$/.test(path));
  const script = vueScript(text);
  return script && program(script.text, script.extension, false);
}

/** Reason for which a file could not be read, and the place. */
export interface SyntaxTrouble {
  readonly message: string;
  readonly loc: { readonly start: { readonly line: number; readonly column: number } };
}

/** Returns the place in the file that a thrown error names. */
export function troubleOf(error: unknown): SyntaxTrouble {
  const { message, loc } = error as {
    message?: unknown;
    loc?: { line?: number; column?: number; start?: { line: number; column: number } };
  };
  const start = loc?.start ? { line: loc.start.line, column: loc.start.column - 1 } : loc;
  return {
    message: `${error instanceof SyntaxError ? 'cannot be parsed' : 'cannot be migrated'}: ${String(message ?? error).replace(/ \(\d+:\d+\)$/, '')}`,
    loc: { start: { line: start?.line ?? 1, column: start?.column ?? 0 } },
  };
}

function program(text: string, extension: Exclude<Extension, 'vue'>, isDeclaration: boolean): NodePath<t.Program> {
  const file = parse(text.replace(/^\uFEFF#!/, ' //'), parserOptions(extension, isDeclaration));
  const error = file.errors?.find((candidate) => !isTolerable(candidate));
  if (error !== undefined) throw error;
  let found: NodePath<t.Program> | undefined;
  traverse(file, {
    Program(path) {
      found = path;
      path.stop();
    },
  });
  if (found === undefined) throw new TypeError('the parser gave no program');
  return found;
}

/** Tells if an error of the parser is about code that all other tools accept. */
function isTolerable(error: ParseError): boolean {
  return /^(DuplicateExport|DuplicateProto|DeletePrivateField|Strict\w+)$/.test(error.reasonCode);
}
