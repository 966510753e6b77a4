import { backoffPicture, budgetPicture } from './computed.js';
import { floorsPicture } from './floors-picture.js';
import {
  coolDownPicture,
  idempotencyPicture,
  keysPicture,
  modesPicture,
  retryPicture,
  storePicture,
  timeoutsPicture,
} from './part-pictures.js';

/** The floors of a folder, as the test of the layers has them. */
export interface Floors {
  readonly folder: string;
  readonly floors: readonly (readonly string[])[];
}

/** Returns the diagrams of the documentation by their file names in `packages/docs/diagrams`. */
export function diagrams(plans: readonly Floors[]): ReadonlyMap<string, string> {
  return new Map([
    ['retry.svg', retryPicture()],
    ['backoff.svg', backoffPicture()],
    ['budget.svg', budgetPicture()],
    ['cool-down.svg', coolDownPicture()],
    ['idempotency.svg', idempotencyPicture()],
    ['timeouts.svg', timeoutsPicture()],
    ['modes.svg', modesPicture()],
    ['keys.svg', keysPicture()],
    ['store.svg', storePicture()],
    ...plans.map(
      ({ folder, floors }) =>
        [`floors-${folder.replaceAll('/', '-')}.svg`, floorsPicture(`packages/${folder}`, floors)] as const,
    ),
  ]);
}
