import ts from 'typescript';
import { sourcesOf } from './source-tree.js';

const files = sourcesOf('core')
  .filter(({ isTest }) => !isTest)
  .map(({ path, text }) => ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));

/** The names of an interface's own members, in the sources of core; none where there is no such interface. */
export function membersOf(name: string): string[] {
  const found = statementsOf(ts.isInterfaceDeclaration).find((declaration) => declaration.name.text === name);
  return found?.members.flatMap((member) => (member.name === undefined ? [] : [member.name.getText()])) ?? [];
}

/** The words of a type that is a union of strings, in the sources of core. */
export function wordsOf(name: string): string[] {
  const found = statementsOf(ts.isTypeAliasDeclaration).find((declaration) => declaration.name.text === name);
  if (found === undefined || !ts.isUnionTypeNode(found.type)) throw new Error(`core has no union ${name}`);
  return found.type.types.flatMap((type) =>
    ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [],
  );
}

function statementsOf<T extends ts.Statement>(is: (node: ts.Node) => node is T): T[] {
  return files.flatMap((file) => file.statements.filter(is));
}
