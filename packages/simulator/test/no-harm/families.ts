import {
  bursts,
  burstsInQueue,
  coldStart,
  latencyRises,
  longBesideShort,
  mixedLatencies,
  pauses,
  quietThenRush,
  rareCalls,
  reports,
} from './families/calm.js';
import { dead, deadForAnHour, userRules } from './families/dead.js';
import { hangOnce, hangOnceFull, oneCallAMinute, patientProbes, shareHangs } from './families/hangs.js';
import { burstHint, outageWithHint, rateLimited } from './families/hints.js';
import {
  brownouts,
  collapse,
  deploy,
  flapping,
  impatientWithRoom,
  otherServers,
  overload,
  pausesUnderLoad,
  slowDown,
  slowRecovery,
  twoPatiences,
} from './families/load.js';
import { longCalls, pollsAndBurst } from './families/long.js';
import { noisyTenant, oneBadHost, oneBadRoute, throttledTenants } from './families/parts.js';
import { shareFails, shareFailsPoisson, shareSlow } from './families/shares.js';
import type { Family } from './family.js';

/** All kinds of failure that the rule of doing no harm is held against. */
export const families: readonly Family[] = [
  hangOnce,
  hangOnceFull,
  patientProbes,
  shareHangs,
  shareFails,
  shareFailsPoisson,
  shareSlow,
  oneBadHost,
  oneBadRoute,
  throttledTenants,
  noisyTenant,
  burstHint,
  outageWithHint,
  rateLimited,
  pollsAndBurst,
  longCalls,
  oneCallAMinute,
  slowDown,
  otherServers,
  brownouts,
  overload,
  twoPatiences,
  impatientWithRoom,
  deploy,
  slowRecovery,
  flapping,
  pausesUnderLoad,
  collapse,
  dead,
  deadForAnHour,
  userRules,
  mixedLatencies,
  longBesideShort,
  bursts,
  burstsInQueue,
  latencyRises,
  pauses,
  reports,
  quietThenRush,
  coldStart,
  rareCalls,
];
