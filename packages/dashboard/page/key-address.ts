/** The address of a key's own view, after the `#`. */
export function addressOf(policy: string, key: string): string {
  return `#/key/${encoded(policy)}/${encoded(key)}`;
}

/** The key that an address leads to; undefined: all keys. */
export function keyIn(hash: string): { readonly policy: string; readonly key: string } | undefined {
  const [, policy, key] = /^#\/key\/([^/]*)\/([^/]*)$/.exec(hash) ?? [];
  if (policy === undefined || key === undefined) return undefined;
  try {
    return { policy: decodeURIComponent(policy), key: decodeURIComponent(key) };
  } catch {
    return undefined;
  }
}

/** Half a surrogate pair cannot be encoded; such a key is shown, and has no view of its own. */
function encoded(text: string): string {
  return encodeURIComponent(
    text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'),
  );
}
