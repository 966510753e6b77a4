import type * as t from '@babel/types';
import type { Source } from '../file/source.js';
import { clientOf, type ImportedClient } from '../find/client-resolution.js';
import { libraryValueOf } from '../find/library-value.js';
import { type Finding, findingAt } from '../finding.js';

/** Notes axios instances that nothing in their file makes resilient. */
export function findClients({ file, program, sightings }: Source, imported: ImportedClient): Finding[] {
  const covered = new Set<t.Node>();
  let isUnknown = false;
  const cover = (instance: Parameters<typeof clientOf>[0] | undefined): void => {
    const client = instance && clientOf(instance, imported);
    if (client?.creation) covered.add(client.creation);
    // It may be any of them.
    isUnknown ||= instance !== undefined && client?.creation === undefined && client?.identity !== 'axios';
  };
  for (const { call } of sightings.setUps) cover(call.get('arguments')[0]);
  for (const call of sightings.attaches) cover(call.get('arguments')[0]);
  const creations: t.CallExpression[] = [];
  program.traverse({
    CallExpression(path) {
      const made = clientOf(path, imported);
      if (made?.kind === 'axios' && made.creation === path.node) creations.push(path.node);
      // It has its parent's policy.
      if (libraryValueOf(path.get('callee'))?.name === 'createChild') covered.add(path.node);
    },
  });
  if (isUnknown) return [];
  return creations
    .filter((creation) => !covered.has(creation))
    .map((creation) =>
      findingAt(
        file,
        creation,
        'note',
        'axios-instance',
        'an axios instance that nothing in this file makes resilient',
        "Where no other file does: `attachResilience(instance)` from @breakwater/axios, with `mode: 'observe'` to begin with.",
      ),
    );
}
