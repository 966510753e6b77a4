// The server of the got section: answers everything at once, and keeps its connections.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 11 }).end('{"ok":true}');
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ type: 'port', port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit(0));
