import type * as t from '@babel/types';
import type { Source, Step } from '../file/source.js';
import { dropIns } from '../find/libraries.js';
import type { Mention } from '../find/library-usages.js';
import { type Finding, findingAt } from '../finding.js';
import { endOf, startOf } from '../text/source-edits.js';

/** Changes imports to the drop-ins, except removed ones, and lists other mentions of the libraries. */
export function migrateMentions(source: Source, gone: ReadonlySet<t.Node>, step: Step): Finding[] {
  return source.sightings.mentions
    .filter(({ literal }) => !gone.has(literal))
    .map((mention) => migrateMention(source, mention, step));
}

function migrateMention({ file, edits }: Source, { library, kind, literal }: Mention, step: Step): Finding {
  const dropIn = dropIns[library];
  switch (kind) {
    case 'import': {
      edits.replaceRange(startOf(literal) + 1, endOf(literal) - 1, dropIn);
      return findingAt(file, literal, 'rewrite', library, `import of ${library} → ${dropIn}`);
    }
    case 'mock': {
      const advice = `Name ${dropIn} here${step === 'policy' ? ', or @breakwater/axios where that is what is imported now' : ''}.`;
      return findingAt(
        file,
        literal,
        'todo',
        library,
        `a mock of ${library}, which nothing imports any longer`,
        advice,
      );
    }
    case 'augmentation':
      return findingAt(
        file,
        literal,
        'todo',
        library,
        `an augmentation of ${library}`,
        `Augment ${dropIn} in its place.`,
      );
    case 'deep-import':
      return findingAt(
        file,
        literal,
        'todo',
        library,
        `a path into the package ${library}`,
        `Import what it gives from ${dropIn}.`,
      );
  }
}
