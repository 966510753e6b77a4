export type { StoreContractCase, StoreFleet } from './testing/contract-case.js';
export {
  type AnsweringStep,
  type FaultStep,
  type HangingStep,
  type Scripted,
  type ScriptedCall,
  type ScriptedContext,
  type ScriptedResponse,
  scripted,
} from './testing/faults.js';
export { ManualClock, type ManualClockOptions } from './testing/manual-clock.js';
export { seededRandom } from './testing/random.js';
export { storeContract } from './testing/store-contract.js';
