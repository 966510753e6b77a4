import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { clientOf } from '../find/client-resolution.js';
import { requestKeys } from '../find/libraries.js';
import type { SetUp, Sightings, StateAccess } from '../find/library-usages.js';
import { withoutWrapping } from '../find/library-value.js';
import { instancesSeenAt } from '../find/state-owner.js';
import { isInside, type Obstacle } from './translation.js';

/** Finds code that relies on the library's keys on requests of this set-up's instance, and so holds the set-up back. */
export function stateReader(setUp: SetUp, sightings: Sightings): Obstacle | undefined {
  const readers = sightings.states.filter((state) => setUpsSeenBy(state, sightings)?.includes(setUp));
  const [first] = readers;
  if (first === undefined) return undefined;
  const lines = readers.map(({ path }) => path.node.loc?.start.line ?? 1).join(', ');
  return {
    place: first.path.node,
    message: `\`${requestKeys[setUp.library]}\` of its requests is read or written in line ${lines}`,
    advice: 'A policy keeps nothing there: use `reportOf(error)?.retries`, or the `resilience` key of the request.',
  };
}

/** Returns the set-ups of the file whose requests this code sees; undefined if it may see those of others, too. */
export function setUpsSeenBy({ library, path }: StateAccess, sightings: Sightings): readonly SetUp[] | undefined {
  const own = sightings.setUps.filter((setUp) => setUp.library === library);
  const around = own.filter(({ call }) => isInside(path.node, call.node));
  if (around.length > 0) return around;
  const defaults = sightings.raxDefaults.find(({ assignment }) => isInside(path.node, assignment.node.right));
  const instances = defaults ? [defaults.instance] : instancesSeenAt(path, () => undefined);
  const seen = instances?.map((instance) => own.filter(({ call }) => isSame(instance, call.get('arguments')[0])));
  return seen?.every((setUps) => setUps.length > 0) ? seen.flat() : undefined;
}

/** Tells if both stand for the same instance, made in this file. One without a name is the default of retry-axios. */
function isSame(one: NodePath<t.Node>, other: NodePath<t.Node> | undefined): boolean {
  const identity = clientOf(one, () => undefined)?.identity;
  if (other === undefined) return identity === 'axios';
  if (identity !== undefined) return identity === clientOf(other, () => undefined)?.identity;
  const [bare, otherBare] = [withoutWrapping(one), withoutWrapping(other)];
  if (!bare.isIdentifier() || !otherBare.isIdentifier({ name: bare.node.name })) return false;
  const binding = bare.scope.getBinding(bare.node.name);
  return binding !== undefined && binding === otherBare.scope.getBinding(bare.node.name);
}
