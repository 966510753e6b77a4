/**
 * Removes user information and queries, and the fragments of addresses: a key or a store's error may have them. A `#`
 * in a key that is no address is kept, since it tells keys apart.
 */
export function withoutSecrets(text: string): string {
  const tails = text.includes('//') ? /[?#]\S*/g : /\?\S*/g;
  return text.replace(/\/\/[^\s/?#]*@/g, '//').replace(tails, '');
}
