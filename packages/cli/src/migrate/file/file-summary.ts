import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type ExportedClients, exportedClients } from '../find/exported-clients.js';
import { instanceAt, type ProjectImports } from '../find/handed-on.js';
import type { RetryLibrary } from '../find/libraries.js';
import { type SetUp, sightingsIn } from '../find/library-usages.js';
import type { Place } from '../finding.js';
import { planRequest } from '../translate/request-plans.js';
import { planSetUps } from '../translate/set-up-plans.js';
import { setUpsSeenBy } from '../translate/state-readers.js';

/** Summary of a file for the other files of the project. */
export interface Survey {
  readonly clients: ExportedClients;
  /** The instances that it sets up, with the library; undefined for an unknown one. */
  readonly setUps: readonly (readonly [instance: string | undefined, library: RetryLibrary])[];
  readonly uses: Readonly<Record<RetryLibrary, LibraryUse>>;
}

/** Use of one of the retry libraries in a file. */
export interface LibraryUse {
  /** Set-ups that can become `attachResilience`. */
  readonly translatable: number;
  /** Set-ups that cannot. */
  readonly obstructed: readonly Place[];
  /** Requests with options of their own that can become `resilience`. */
  readonly requests: number;
  /** Code that relies on the library's own keys on the config of a request. */
  readonly boundRequests: readonly Place[];
  /** Tells if a policy is attached to an instance. */
  readonly attaches: boolean;
}

export function surveyOf(
  file: string,
  program: NodePath<t.Program>,
  text: string,
  { importedValue, importedInstance }: ProjectImports,
): Survey {
  const comments = commentsOf(program);
  const sightings = sightingsIn(program, importedValue);
  const plans = planSetUps(sightings, text, comments, importedInstance);
  const useOf = (library: RetryLibrary): LibraryUse => {
    const own = plans.filter(({ setUp }) => setUp.library === library);
    const requests = sightings.requests
      .filter((request) => request.library === library)
      .map((request) => planRequest(request, text, comments));
    // State of this file's set-ups holds back only those.
    const states = sightings.states
      .filter((state) => state.library === library && setUpsSeenBy(state, sightings) === undefined)
      .map(({ path }) => path.node);
    const plannedDefaults = plans.map(({ defaults }) => defaults);
    const strayDefaults =
      library === 'retry-axios' ? sightings.raxDefaults.filter((defaults) => !plannedDefaults.includes(defaults)) : [];
    return {
      translatable: own.filter(({ translation }) => translation.ok).length,
      obstructed: own.filter(({ translation }) => !translation.ok).map(({ setUp }) => setUp.call.node),
      requests: requests.filter(({ translation }) => translation.ok).length,
      boundRequests: [
        ...requests.filter(({ translation }) => !translation.ok).map(({ request }) => request.property.node),
        ...states,
        ...strayDefaults.map(({ assignment }) => assignment.node),
      ],
      attaches: sightings.attaches.length > 0,
    };
  };
  const instanceOf = ({ library, call }: SetUp): [string | undefined, RetryLibrary] => {
    return [instanceAt(file, call.get('arguments')[0], importedInstance), library];
  };
  return {
    clients: exportedClients(program),
    setUps: sightings.setUps.map(instanceOf),
    uses: { 'axios-retry': useOf('axios-retry'), 'retry-axios': useOf('retry-axios') },
  };
}

export function commentsOf(program: NodePath<t.Program>): readonly t.Comment[] {
  return (program.parent as t.File).comments ?? [];
}
