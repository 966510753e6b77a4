/** An error with what the clients and the policy put on it. */
export type Failure = Error & { readonly [property: string]: unknown };

/** Returns the error of a call that must fail. */
export async function failureOf(call: PromiseLike<unknown>): Promise<Failure> {
  let value: unknown;
  try {
    value = await call;
  } catch (error) {
    return error as Failure;
  }
  throw new Error(`the call succeeded: ${String(value)}`);
}
