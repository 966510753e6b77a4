import type { RetryLibrary } from '../find/libraries.js';
import type { Place } from '../finding.js';
import type { LibraryUse, Survey } from './file-summary.js';

/** Result of the check if a library's set-ups may become policies, each as far as it translates, or why none may. */
export type PolicyVerdict = { readonly allowed: true } | { readonly allowed: false; readonly because: string };

/**
 * Decides if a library's set-ups may become policies. Requests can override their instance's options, and the instance
 * that sends a request is not always known. So if there are such requests, the instances and the requests of a library
 * are migrated together or not at all.
 *
 * @param unread - files that could not be parsed and may have such requests
 */
export function policyVerdict(
  library: RetryLibrary,
  surveys: ReadonlyMap<string, Survey>,
  unread: readonly string[],
): PolicyVerdict {
  if (unread.length > 0) {
    return { allowed: false, because: `files that cannot be parsed may override it: ${listed(unread)}` };
  }
  const uses = [...surveys].map(([file, survey]): [string, LibraryUse] => [file, survey.uses[library]]);
  const bound = uses.flatMap(([file, use]) => use.boundRequests.map((place) => at(file, place)));
  if (bound[0] !== undefined) {
    return { allowed: false, because: `requests still need the keys of ${library}: ${listed(bound)}` };
  }
  if (!uses.some(([, use]) => use.requests > 0)) return { allowed: true };
  const obstructed = uses.flatMap(([file, use]) => use.obstructed.map((place) => at(file, place)));
  if (obstructed[0] !== undefined) {
    return {
      allowed: false,
      because: `requests override it, and not every set-up of ${library} translates: ${listed(obstructed)}`,
    };
  }
  if (uses.some(([, use]) => use.translatable > 0 || use.attaches)) return { allowed: true };
  return { allowed: false, because: `no set-up of ${library} is among these files` };
}

function at(file: string, place: Place): string {
  return `${file}:${place.loc?.start.line ?? 1}`;
}

function listed(places: readonly string[]): string {
  const shown = places.slice(0, 3).join(', ');
  return places.length > 3 ? `${shown} and ${places.length - 3} more` : shown;
}
