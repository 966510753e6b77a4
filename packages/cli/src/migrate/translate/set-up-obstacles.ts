import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { clientOf } from '../find/client-resolution.js';
import type { ImportedInstance } from '../find/handed-on.js';
import { requestKeys } from '../find/libraries.js';
import type { SetUp, Sightings } from '../find/library-usages.js';
import { moduleValueOf } from '../find/library-value.js';
import { hasOpaqueConfig, hasOpaqueDefaults } from '../find/opaque-config.js';
import type { Obstacle } from './translation.js';

/** Finds an import to exchange in another module, on which others may depend. */
export function handedOn({ call, library, through }: SetUp): Obstacle | undefined {
  if (through === undefined) return undefined;
  return {
    place: call.node,
    message: `this file has ${library} from '${through}'`,
    advice: `Import ${library} in this file, then migrate again.`,
  };
}

/** Finds a second set-up of the same instance, or a policy that is already attached to it. */
export function sharedInstance(setUp: SetUp, { setUps, attaches }: Sightings): Obstacle | undefined {
  const identity = identityOf(setUp.call);
  if (identity === undefined) return undefined;
  const place = setUp.call.node;
  const isTwice = setUps.some((other) => other !== setUp && identityOf(other.call) === identity);
  if (isTwice) {
    return {
      place,
      message: 'the instance has two set-ups, one around the other',
      advice: 'Leave one of them: their retries multiply.',
    };
  }
  if (!attaches.some((call) => identityOf(call) === identity)) return undefined;
  return {
    place,
    message: 'a policy is attached to the instance already',
    advice: 'Delete this set-up, or the policy: their retries multiply.',
  };
}

/** Finds a config from elsewhere, which may contain options for each request that a policy does not read. */
export function opaqueConfig({ call, library }: SetUp, imported: ImportedInstance): Obstacle | undefined {
  const [instance] = call.get('arguments');
  const client = instance && clientOf(instance, () => undefined);
  const source = instance && moduleValueOf(instance);
  const isCreated =
    (client?.creation !== undefined && hasOpaqueConfig(client.creation, call)) ||
    (source !== undefined && imported(source.specifier, source.name)?.isOpaque === true);
  const identity = client?.identity ?? (instance === undefined ? 'axios' : undefined);
  if (!isCreated && (identity === undefined || !hasOpaqueDefaults(identity, call))) return undefined;
  const key = requestKeys[library];
  return {
    place: client?.creation ?? call.node,
    message: `${isCreated ? 'its instance is created with a config' : 'the defaults of its instance have values'} from elsewhere, which may hold \`${key}\``,
    advice: `Write that config out here. If it holds \`${key}\`, move its options into those of \`attachResilience\`.`,
  };
}

function identityOf(call: NodePath<t.CallExpression>): string | undefined {
  const [instance] = call.get('arguments');
  if (instance === undefined) return 'axios';
  return clientOf(instance, () => undefined)?.identity;
}
