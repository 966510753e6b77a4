import type { IncomingMessage } from 'node:http';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Tells if a request comes from a program on this machine, directly and under a loopback name. Behind a proxy on the
 * same host every peer is loopback, so any trace of a proxy denies. With a foreign name that resolves to 127.0.0.1 (DNS
 * rebinding) any web page could read this one, so the name has to be a loopback one.
 */
export function isFromLoopback({ socket, headers }: IncomingMessage): boolean {
  return isLoopbackAddress(socket.remoteAddress) && namesOf(headers).every(isLoopbackName) && !isForwarded(headers);
}

function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return plain === '::1' || /^127(?:\.\d{1,3}){3}$/.test(plain);
}

/** Returns the name in `Host`, and that of HTTP/2, if there is one. */
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
