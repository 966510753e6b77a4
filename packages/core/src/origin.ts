/**
 * An origin that is spelt as `URL` would spell it: lower case, a last label that cannot be read as a number
 * (nor as an IPv4 address, then), no default port, nothing before the host.
 */
const CANONICAL =
  /^https?:\/\/(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*(?::(?!80\b|443\b)(?:[1-9]\d{0,3}|[1-5]\d{4}))?(?=[/?#]|$)/;

/**
 * The origin of an absolute URL, without credentials, path or query; undefined where it has none.
 * Parsing a URL costs more than all else that a policy does for a call, so the canonical case is read off.
 */
export function originOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const canonical = CANONICAL.exec(url)?.[0];
  return canonical === undefined || canonical.includes('xn--') ? parsedOrigin(url) : canonical;
}

function parsedOrigin(url: string): string | undefined {
  try {
    const { origin } = new URL(url);
    return origin === 'null' ? undefined : origin;
  } catch {
    return undefined;
  }
}
