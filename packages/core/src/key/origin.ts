/**
 * An origin spelt as `URL` would spell it: no default port and nothing before the host. The host is in lower case and
 * its last label is no number, or it is an IPv4 address of four decimal numbers.
 */
const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const HOST = String.raw`(?:(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*|${OCTET}(?:\.${OCTET}){3})`;
const PORT = String.raw`(?::(?!80\b|443\b)(?:[1-9]\d{0,3}|[1-5]\d{4}))?`;
const CANONICAL = new RegExp(`^https?://${HOST}${PORT}(?=[/?#]|$)`);

/**
 * Returns the origin of an absolute URL, without credentials, path or query; undefined if it has none. Parsing a URL
 * costs more than the rest of a call's work in a policy, so the canonical case is read without it.
 */
export function originOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (url === latest) return latest;
  if (latest !== undefined && url.startsWith(latest) && endsHost(url.charCodeAt(latest.length))) return latest;
  const canonical = CANONICAL.exec(url)?.[0];
  if (canonical === undefined || canonical.includes('xn--')) return parsedOrigin(url);
  // Reuses the given string if it is the origin itself: comparing a string with itself is fastest.
  latest = canonical === url ? url : canonical;
  return latest;
}

/**
 * The previous result. Most calls have the same origin as the call before, often in the same string object, which a map
 * finds at once.
 */
let latest: string | undefined;

/** Tells if the character code ends the host and port: the end of the text, `/`, `?` or `#`. */
function endsHost(code: number): boolean {
  return Number.isNaN(code) || code === 47 || code === 63 || code === 35;
}

function parsedOrigin(url: string): string | undefined {
  try {
    const { origin } = new URL(url);
    return origin === 'null' ? undefined : origin;
  } catch {
    return undefined;
  }
}
