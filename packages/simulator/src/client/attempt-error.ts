/** The error of an attempt without an answer. It has no stack, which would only cost time in a simulation. */
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
