import type { isGenericInNode as IsGenericInNode, nodeCodeKind as NodeCodeKind } from './node-codes.js';
import type { codeOfNodeMessage as CodeOfNodeMessage } from './node-messages.js';
import type { nodeServiceKind as NodeServiceKind } from './node-services.js';
import type { nodeSource as NodeSource } from './node-source.js';
import type { nothingSent as NothingSent } from './nothing-sent.js';
import type { isTunnelAnswer as IsTunnelAnswer, tunnelCode as TunnelCode } from './proxy-tunnel.js';
import type { isStaleSocket as IsStaleSocket } from './stale-socket.js';

// Replaces seven files in a bundle for browsers, by the `browser` map of package.json. A browser shows nothing of the
// connection beneath a request: it has no such codes and messages, no agents, no sockets and no clients that need one,
// and no failure proves that nothing was sent. Nor does it have Node's streams.

export const nodeCodeKind: typeof NodeCodeKind = () => undefined;
export const isGenericInNode: typeof IsGenericInNode = () => false;
export const codeOfNodeMessage: typeof CodeOfNodeMessage = () => undefined;
export const nodeServiceKind: typeof NodeServiceKind = () => undefined;
export const nodeSource: typeof NodeSource = () => undefined;
export const tunnelCode: typeof TunnelCode = () => undefined;
export const isTunnelAnswer: typeof IsTunnelAnswer = () => false;
export const isStaleSocket: typeof IsStaleSocket = () => false;
export const nothingSent: typeof NothingSent = () => false;
