import type { StopReason } from '@breakwater/core';
import type { GotError, GotRequest } from '../got-types.js';
import { failureReason } from './call-ending.js';
import type { CallRun } from './call-run.js';
import type { CallState } from './call-state.js';

/** Ends the call, and keeps its report beside the answer or error that the caller gets. */
export function finish(state: CallState, run: CallRun, stopReason: StopReason, ...ends: (object | undefined)[]): void {
  run.end(stopReason);
  keepReport(run, ...ends);
  state.inFlight.clear();
  state.ending.answer = undefined;
}

/** Ends the call with a good answer. */
export function succeed(state: CallState, run: CallRun, ...ends: (object | undefined)[]): void {
  finish(state, run, state.isAnsweredByHook ? 'success' : run.attempts.stopReason, ...ends);
}

/** Follows one of got's requests to its end, except that of a stream, which is followed already. */
export function followRequest(state: CallState, request: GotRequest | undefined): void {
  const { inFlight } = state;
  if (request === undefined || request === inFlight.request) return;
  inFlight.request = request;
  if (inFlight.stream !== undefined) return;
  request.on('error', (error) => onRequestError(state, request, error));
  request.on('close', () => onRequestClose(state, request));
}

/** Records the error of a request. Its last error is the one with which its promise rejects. */
function onRequestError({ ending, inFlight, run }: CallState, request: GotRequest, error: GotError): void {
  if (request !== inFlight.request) return;
  ending.emitted = error;
  ending.copyRefusalOnto(error);
  if (run?.step === 'over') keepReport(run, error, error.response);
}

function onRequestClose(state: CallState, request: GotRequest): void {
  const { run } = state;
  if (run?.step !== 'attempting' || request !== state.inFlight.request) return;
  const error = state.ending.closingError;
  if (error !== undefined) finish(state, run, failureReason(run.attempts), error, error.response);
  else if (run.attempts.isOpen) finish(state, run, 'cancelled');
  else succeed(state, run, request.response);
}

function keepReport({ session }: CallRun, ...ends: (object | undefined)[]): void {
  for (const end of ends) if (end !== undefined) session.keepReport(end);
}
