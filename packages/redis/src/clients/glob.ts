/** Returns a pattern of SCAN that matches this text and nothing else. */
export function globOf(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
