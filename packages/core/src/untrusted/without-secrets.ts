/**
 * Removes user information and queries from addresses, and their fragments: a key or a store's error may contain them.
 * A `#` in a key that is no address is kept, since it tells keys apart.
 */
export function withoutSecrets(text: string): string {
  const tails = text.includes('//') ? /[?#]\S*/g : /\?\S*/g;
  return text.replace(/\/\/[^\s/?#]*@/g, '//').replace(tails, '');
}
