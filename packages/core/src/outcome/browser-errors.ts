import type { isGenericInNode as IsGenericInNode, nodeCodeKind as NodeCodeKind } from './node-codes.js';
import type { codeOfNodeMessage as CodeOfNodeMessage } from './node-messages.js';
import type { nodeSource as NodeSource } from './node-source.js';
import type { nothingSent as NothingSent } from './nothing-sent.js';
import type { isTunnelAnswer as IsTunnelAnswer, tunnelCode as TunnelCode } from './proxy-tunnel.js';
import type { isStaleSocket as IsStaleSocket } from './stale-socket.js';

// Replaces six files in a bundle for browsers, by the `browser` map of package.json. A browser shows nothing of the
// connection beneath a request: it has no such codes and messages, no agents and no sockets, and no failure proves that
// nothing was sent. Nor does it have Node's streams. Bundlers for edge workers read that map, too: what a worker may
// meet, such as the errors of databases, is not replaced.

export const nodeCodeKind: typeof NodeCodeKind = () => undefined;
export const isGenericInNode: typeof IsGenericInNode = () => false;
export const codeOfNodeMessage: typeof CodeOfNodeMessage = () => undefined;
export const nodeSource: typeof NodeSource = () => undefined;
export const tunnelCode: typeof TunnelCode = () => undefined;
export const isTunnelAnswer: typeof IsTunnelAnswer = () => false;
export const isStaleSocket: typeof IsStaleSocket = () => false;
export const nothingSent: typeof NothingSent = () => false;
