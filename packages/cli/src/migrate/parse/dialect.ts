import type { ParserOptions, ParserPlugin } from '@babel/parser';

const EXTENSIONS = ['js', 'jsx', 'mjs', 'cjs', 'ts', 'tsx', 'mts', 'cts', 'vue'] as const;

/** The kinds of files that are searched. */
export type Extension = (typeof EXTENSIONS)[number];

export const extensions: readonly Extension[] = EXTENSIONS;

export function extensionOf(path: string): Extension | undefined {
  const name = /\.([a-z]+)$/.exec(path)?.[1];
  return EXTENSIONS.find((extension) => extension === name);
}

/** Options of the parser for a script of that kind. */
export function parserOptions(extension: Exclude<Extension, 'vue'>, isDeclaration: boolean): ParserOptions {
  return {
    sourceType: sourceTypeOf(extension),
    plugins: pluginsOf(extension, isDeclaration),
    // Engines and bundlers accept these mistakes, so they must not exclude a file.
    allowAwaitOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowReturnOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    errorRecovery: true,
  };
}

function sourceTypeOf(extension: Extension): 'module' | 'script' | 'unambiguous' {
  if (extension === 'mjs' || extension === 'mts') return 'module';
  return extension === 'cjs' || extension === 'cts' ? 'script' : 'unambiguous';
}

/**
 * Plugins for all dialects. Of the two kinds of decorators only the older one has those of parameters, which NestJS and
 * Angular use.
 */
const COMMON: readonly ParserPlugin[] = [
  'decorators-legacy',
  'decoratorAutoAccessors',
  'deprecatedImportAssert',
  'explicitResourceManagement',
];

function pluginsOf(extension: Extension, dts: boolean): ParserPlugin[] {
  switch (extension) {
    case 'ts':
    case 'mts':
    case 'cts':
      return [['typescript', { dts }], ...COMMON];
    case 'tsx':
      return ['typescript', 'jsx', ...COMMON];
    default:
      // Without a @flow comment, `flow` reads ambiguous code as JavaScript.
      return ['jsx', 'flow', ...COMMON];
  }
}
