import type { IncomingMessage } from 'node:http';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Tells if a request comes from a program on this machine, directly and under a loopback name. A proxy on the same host
 * makes every peer loopback, so a trace of one denies. A foreign name that resolves to 127.0.0.1 (DNS rebinding) would
 * let any web page read this one, so the name has to be a loopback one.
 */
export function isFromLoopback({ socket, headers }: IncomingMessage): boolean {
  return isLoopbackAddress(socket.remoteAddress) && namesOf(headers).every(isLoopbackName) && !isForwarded(headers);
}

function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return plain === '::1' || /^127(?:\.\d{1,3}){3}$/.test(plain);
}

/** The name in `Host`, and HTTP/2's own, if there is one. */
function namesOf(headers: IncomingMessage['headers']): readonly (string | undefined)[] {
  const authority: unknown = headers[':authority'];
  if (typeof authority !== 'string') return [headers.host];
  return headers.host === undefined ? [authority] : [authority, headers.host];
}

function isLoopbackName(name: string | undefined): boolean {
  return name !== undefined && LOOPBACK_HOSTS.has(name.toLowerCase().replace(/:\d+$/, ''));
}

function isForwarded(headers: IncomingMessage['headers']): boolean {
  return Object.keys(headers).some((name) => /^(?:forwarded|via|x-forwarded(?:-.*)?)$/i.test(name));
}
