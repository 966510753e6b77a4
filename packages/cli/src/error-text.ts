/** Returns the text of anything that was thrown, which may be no Error, or one of another realm. */
export function errorText(error: unknown): string {
  const { message } = Object(error) as { readonly message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
