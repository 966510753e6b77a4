// For authors of adapters: the decisions of a call, and the parts that every adapter needs.

// The decisions of one call

export { abortReason, type LateHandlers, linkedAbort } from './host/abort.js';
export { pause } from './host/pause.js';
export { Releaser } from './host/releaser.js';
export { AttemptContext, type AttemptEnd, CallGuard } from './loop/attempt-context.js';
export { beginUnchecked, type UncheckedPolicy, uncheckedPolicy } from './loop/execute-unchecked.js';
export { admitPrepared, type PreparedAdmission } from './loop/prepared-admission.js';
export { type ClientTraits, checkCall, type Place, type PreparationContext } from './session/call-options.js';
export { checkRequestOptions, type RequestOptionsBase, requestOptionsIn } from './session/request-options.js';
export type { Admission, Decision, Permit, Refused, Session } from './session/session.js';
export {
  type CallStart,
  type CallTrace,
  type CallTracer,
  runDriven,
  type TracedPolicy,
  type TraceEvents,
} from './telemetry/call-tracing.js';
export { installCallTracer } from './telemetry/install-call-tracer.js';
export { keepReport } from './telemetry/report.js';

// Outcomes of attempts

export { discardBody } from './outcome/discard-body.js';
export { codeOf } from './outcome/error-code.js';
export { isPolicyErrorCode, type PolicyErrorCode } from './outcome/errors.js';
export { headerOf } from './outcome/headers.js';
export { nothingSent } from './outcome/nothing-sent.js';
export {
  errorOutcome,
  outcomeOf,
  outcomeOfError,
  type ResponseParts,
  responseOutcome,
  valueOutcome,
} from './outcome/outcome.js';
export { isStaleSocket } from './outcome/stale-socket.js';
export { healthOf, verdictOf } from './outcome/verdict.js';

// Options and state

export { processWide } from './host/process-wide.js';
export { isHeaderText } from './options/checks.js';
export { isPolicy } from './policy/policy-port.js';
export { withoutSecrets } from './untrusted/without-secrets.js';
