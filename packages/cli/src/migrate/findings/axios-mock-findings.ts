import type * as t from '@babel/types';
import type { Context, Source } from '../file/source.js';
import { keyOf } from '../find/library-value.js';
import { type Finding, findingAt } from '../finding.js';

/**
 * Lists automatic mocks of axios in a project whose set-ups of retry-axios become policies. `axios.create()` of such a
 * mock returns undefined, which retry-axios takes for axios itself but `attachResilience` rejects.
 */
export function axiosMockFindings({ file, program }: Source, { setUps, step, verdicts }: Context): Finding[] {
  const isConcerned =
    step === 'policy' && verdicts['retry-axios'].allowed && [...setUps.values()].includes('retry-axios');
  if (!isConcerned) return [];
  const found: Finding[] = [];
  program.traverse({
    CallExpression(path) {
      const [name, second] = path.node.arguments;
      const isAutomatic = name?.type === 'StringLiteral' && name.value === 'axios' && second === undefined;
      if (isAutomatic && isMock(path.node.callee)) found.push(finding(file, path.node));
    },
  });
  return found;
}

/** Tells if this is `jest.mock`, `jest.doMock`, or one of those of Vitest. */
function isMock(callee: t.Node): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  return /^(jest|vi|vitest)$/.test(callee.object.name) && /^(mock|doMock)$/.test(keyOf(callee) ?? '');
}

function finding(file: string, node: t.Node): Finding {
  return findingAt(
    file,
    node,
    'todo',
    'retry-axios',
    'an automatic mock of axios: its `axios.create()` returns undefined, to which no policy can be attached',
    'Give the mock a `create` that returns an instance, or mock the answers of the server.',
  );
}
