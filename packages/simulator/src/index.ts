// Simulations

export { type SimulationOptions, simulate } from './simulate.js';
export { type Observers, type Play, playOn, type SimulationResult, type Stage, serversOf } from './stage.js';

// Scenarios, as data

export { builtInScenarios } from './built-in/scenarios.js';
export { type Duration, drawMs, meanMs } from './chance/duration.js';
export type { CallKind, ClientModel } from './client/client-model.js';
export { ratePerSecond, type Traffic } from './client/traffic.js';
export { checkScenario } from './scenario/check-scenario.js';
export { parseScenario } from './scenario/parse-scenario.js';
export { durationMs, type Phase, phaseStartMs, type Scenario } from './scenario/scenario.js';
export type { Behaviour, Fault, FaultScope, Ramp, Throttle } from './server/behaviour.js';
export { capacityWithin } from './server/capacity.js';

// Policies

export type { Caller, CallerHost, PolicyChoice } from './client/caller.js';

// Comparison

export { type FailedAttempt, type RetryRules, retryingCaller } from './rivals/retrying-caller.js';
export { type Rival, type RivalName, rivals } from './rivals/rivals.js';

// Fleets

export { type FleetPace, type ModelledFleet, modelledFleet } from './fleet/modelled-fleet.js';

// Results

export type { AttemptRecord, CallEnd, CallRecord } from './client/call-record.js';
export type { ModelCall } from './client/model-call.js';
export { LatencyHistogram } from './result/latency-histogram.js';
export { type RecoveryRule, recoveryMs } from './result/recovery.js';
export type { SeriesBin } from './result/series.js';
export type { Figures, LatencyFigures } from './result/tally.js';

// Parts for your own models

export { Dice, mixedSeed } from './chance/dice.js';
export { naturalLog } from './chance/natural-log.js';
export { ModelServer, type Onward } from './server/model-server.js';
export { type Answer, answer, type Reply, type Request } from './server/request.js';
export { SimulationClock } from './time/simulation-clock.js';
