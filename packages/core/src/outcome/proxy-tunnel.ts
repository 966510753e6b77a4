import { peek } from '../untrusted/safe-read.js';

/**
 * Returns the code for a tunnel that a proxy did not open: `ERR_PROXY_TUNNEL` if trying again may help, such as after a
 * 502, and `ERR_PROXY_REFUSED` if it does not, such as after a 407. Undefined for any other error.
 */
export function tunnelCode(error: unknown): 'ERR_PROXY_TUNNEL' | 'ERR_PROXY_REFUSED' | undefined {
  const status = statusIn(error);
  if (status === undefined) return undefined;
  return PASSING.test(status) ? 'ERR_PROXY_TUNNEL' : 'ERR_PROXY_REFUSED';
}

/**
 * Tells if an answer is a proxy's refusal of a tunnel. Agents such as https-proxy-agent, which axios uses for its
 * `proxy` option too, return it as if it were the server's, on a socket that has never been connected.
 */
export function isTunnelAnswer(response: unknown): boolean {
  const request = [peek(response, 'req'), peek(response, 'request')].find((candidate) =>
    hasProxy(peek(candidate, 'agent')),
  );
  const socket = peek(request, 'socket');
  // A mock's sockets transfer nothing either, but they are of other classes.
  if (!isPlainSocket(peek(socket, 'constructor')) || peek(socket, 'pending') !== true) return false;
  return peek(socket, 'bytesRead') === 0 && peek(socket, 'bytesWritten') === 0;
}

function isPlainSocket(type: unknown): boolean {
  return typeof type === 'function' && type.name === 'Socket';
}

function statusIn(error: unknown): string | undefined {
  const message = peek(error, 'message');
  if (typeof message !== 'string') return undefined;
  // hpagent's messages are short: a user's own client might use them for the answer of a server.
  const ofAgent = HPAGENT.exec(message)?.[1];
  if (ofAgent !== undefined) return usesProxyAgent(peek(error, 'request')) ? ofAgent : undefined;
  const told = MESSAGES.map((pattern) => pattern.exec(message)?.[1]).find((status) => status !== undefined);
  if (told !== undefined) return told;
  const status = peek(error, 'code') === 'ERR_PROXY_TUNNEL' ? peek(error, 'statusCode') : undefined;
  return typeof status === 'number' ? String(status) : undefined;
}

/** Statuses of a proxy that could not reach the server, or is overloaded. */
const PASSING = /^(?:408|425|429|500|502|503|504|52\d)$/;

const HPAGENT = /^Bad response: (\d{3})$/;
const MESSAGES: readonly RegExp[] = [
  // tunnel, tunnel-agent
  /^tunneling socket could not be established, statusCode=(\d{3})$/,
  // http2-wrapper
  /^The proxy server rejected the request with status code (\d{3}) \(/,
  // undici
  /^Proxy response \((\d{3})\) !== 200 when HTTP Tunneling$/,
];

/** Tells if a request uses a proxy's agent: one of axios, made by follow-redirects, or one of got. */
function usesProxyAgent(request: unknown): boolean {
  const inner = peek(request, '_currentRequest');
  const own = peek(peek(request, 'options'), 'agent');
  const agents = [peek(request, 'agent'), peek(inner, 'agent'), own, peek(own, 'http'), peek(own, 'https')];
  return agents.some(hasProxy);
}

function hasProxy(agent: unknown): boolean {
  const proxy = peek(agent, 'proxy');
  return typeof proxy === 'object' && proxy !== null;
}
