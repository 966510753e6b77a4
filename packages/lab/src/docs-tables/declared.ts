import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const core = fileURLToPath(new URL('../../../core/src', import.meta.url));
const statements = readdirSync(core, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => ts.createSourceFile(path, readFileSync(join(core, path), 'utf8'), ts.ScriptTarget.ES2022, true))
  .flatMap((file) => [...file.statements]);

/** A declaration in the sources of core, with its doc comment. */
export interface Declared {
  readonly name: string;
  /** The comment without its tags, as one line. */
  readonly text: string;
  /** The text of `@default`; undefined if the comment has none. */
  readonly defaultText: string | undefined;
  readonly isOptional: boolean;
  /** The type as it is written; undefined if there is none. */
  readonly type: string | undefined;
}

/** Returns an interface's own members. @throws Error if core has no such interface */
export function membersOf(name: string): Declared[] {
  const found = statements.filter(ts.isInterfaceDeclaration).find((declaration) => declaration.name.text === name);
  if (found === undefined) throw new Error(`core has no interface ${name}`);
  return found.members.map(declared);
}

/** Returns the doc comment of a type, a class or an exported function. @throws Error if core declares no such name */
export function commentOf(name: string): string {
  const found = statements.find((statement) => namesIn(statement).includes(name));
  if (found === undefined) throw new Error(`core declares no ${name}`);
  return commentAt(found).text;
}

/** Returns the strings of a union type, each with its doc comment. @throws Error if core has no such union */
export function wordsOf(name: string): Pick<Declared, 'name' | 'text'>[] {
  const found = statements.filter(ts.isTypeAliasDeclaration).find((declaration) => declaration.name.text === name);
  if (found === undefined || !ts.isUnionTypeNode(found.type)) throw new Error(`core has no union ${name}`);
  return found.type.types.flatMap((type) =>
    ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)
      ? [{ name: type.literal.text, text: commentAt(type).text }]
      : [],
  );
}

/** Returns the classes that set `code` to one of the library's error codes, with the properties of their errors. */
export function errorClasses(): { name: string; code: string; text: string; properties: string[]; guard: string }[] {
  const classes = statements.filter(ts.isClassDeclaration);
  return classes.flatMap((declaration) => {
    const code = declaration.members
      .filter(ts.isPropertyDeclaration)
      .find((member) => member.name.getText() === 'code')
      ?.initializer?.getText();
    if (code === undefined || !code.startsWith("'ERR_")) return [];
    const name = declaration.name?.text ?? '';
    const properties = [...propertiesOf(declaration, classes), ...(takesCause(declaration) ? ['cause'] : [])];
    return [{ name, code: code.slice(1, -1), text: commentAt(declaration).text, properties, guard: guardOf(code) }];
  });
}

/** Returns the properties of an object literal that is exported under this name, each with its doc comment. */
export function propertiesOfConst(name: string): Declared[] {
  const literals = statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) => [...statement.declarationList.declarations])
    .filter((declaration) => declaration.name.getText() === name)
    .flatMap((declaration) => literalIn(declaration));
  return literals.flatMap((literal) => [...literal.properties].map(declared));
}

function literalIn(node: ts.Node): ts.ObjectLiteralExpression[] {
  if (ts.isObjectLiteralExpression(node)) return [node];
  const found: ts.ObjectLiteralExpression[] = [];
  ts.forEachChild(node, (child) => {
    if (found.length === 0) found.push(...literalIn(child));
  });
  return found;
}

function propertiesOf(declaration: ts.ClassDeclaration, classes: readonly ts.ClassDeclaration[]): string[] {
  const base = declaration.heritageClauses?.[0]?.types[0]?.expression.getText();
  const parent = classes.find((candidate) => candidate.name?.text === base);
  const own = declaration.members
    .filter(ts.isPropertyDeclaration)
    .map((member) => member.name.getText())
    .filter((name) => name !== 'code');
  return [...(parent === undefined ? [] : propertiesOf(parent, classes)), ...own];
}

function takesCause(declaration: ts.ClassDeclaration): boolean {
  const made = declaration.members.find(ts.isConstructorDeclaration);
  return made?.parameters.some((parameter) => parameter.name.getText() === 'cause') ?? false;
}

/** Returns the guard whose body compares with this code. @throws Error if there is none */
function guardOf(code: string): string {
  const guard = statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) => [...statement.declarationList.declarations])
    .find(({ name, initializer }) => name.getText().startsWith('is') && initializer?.getText().endsWith(`=== ${code}`));
  if (guard === undefined) throw new Error(`core has no guard for ${code}`);
  return guard.name.getText();
}

function namesIn(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  }
  const { name } = statement as { readonly name?: ts.Node };
  return name === undefined ? [] : [name.getText()];
}

function declared(node: ts.TypeElement | ts.ObjectLiteralElementLike): Declared {
  const { type } = node as { readonly type?: ts.TypeNode };
  return {
    name: node.name?.getText() ?? '',
    ...commentAt(node),
    isOptional: 'questionToken' in node && node.questionToken !== undefined,
    type: type?.getText(),
  };
}

/** Reads the last doc comment before a node. */
function commentAt(node: ts.Node): { text: string; defaultText: string | undefined } {
  const whole = node.getSourceFile().text;
  // The comment of a union's first word stands before the bar, those of the others after the word before.
  const ranges = ts.getLeadingCommentRanges(whole, node.getFullStart()) ?? commentsBeforeBar(whole, node);
  const comment = ranges
    ?.map(({ pos, end }) => whole.slice(pos, end))
    .filter((text) => text.startsWith('/**'))
    .at(-1);
  const lines = (comment ?? '').replace(/^\/\*\*|\*\/$/g, '').split('\n');
  const text = lines
    .map((line) => line.replace(/^\s*\*? ?/, '').trim())
    .join(' ')
    .trim();
  const [before = '', ...tags] = text.split(/(?:^| )@(?=[a-z]+\b)/);
  const tag = tags.find((tagged) => tagged.startsWith('default '));
  return {
    text: before.replaceAll(/\{@link (\w+)\}/g, '`$1`').trim(),
    defaultText: tag?.slice('default '.length).trim(),
  };
}

function commentsBeforeBar(whole: string, node: ts.Node): ts.CommentRange[] | undefined {
  const bar = whole.lastIndexOf('|', node.getStart());
  const { parent } = node;
  if (!ts.isUnionTypeNode(parent)) return undefined;
  const at = parent.types.indexOf(node as ts.TypeNode);
  const from = parent.types[at - 1]?.getEnd() ?? parent.getFullStart();
  return bar < from ? undefined : ts.getLeadingCommentRanges(whole, from);
}
