import type { Scenario } from '../scenario/scenario.js';
import { layers } from './layers.js';
import { cronAtTheHour, gcPauses, longPolls, metastable, thunderingHerd } from './load.js';
import { blip, brownout, deploy, flapping, outage, slowRecovery } from './outages.js';
import { noisyTenant, oneBadHost, partialHang, throttle } from './partial.js';

/** The scenarios that come with the package, simple ones first. Each has a name and a description. */
export const builtInScenarios: readonly (Scenario & { readonly name: string; readonly about: string })[] = [
  blip,
  brownout,
  outage,
  throttle,
  flapping,
  slowRecovery,
  partialHang,
  oneBadHost,
  noisyTenant,
  deploy,
  gcPauses,
  longPolls,
  thunderingHerd,
  metastable,
  layers,
  cronAtTheHour,
];
