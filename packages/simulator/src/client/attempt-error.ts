/** The error of an attempt that got no answer. It has no stack: in a simulation that would only cost time. */
export class AttemptError extends Error {
  readonly code: string;

  constructor(code: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(code);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'AttemptError';
    this.code = code;
  }
}
