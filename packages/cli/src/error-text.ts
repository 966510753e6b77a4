/** What a thrown thing says of itself. Not all that is thrown is an Error, nor one of this realm. */
export function errorText(error: unknown): string {
  const { message } = Object(error) as { readonly message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
