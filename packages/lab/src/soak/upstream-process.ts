// The server in a process of its own: what it keeps must not show among what the callers keep. Ends with its parent.
import { startUpstream } from './upstream.js';
import type { FromUpstream, ToUpstream } from './upstream-messages.js';

const HOSTS = 4;

if (process.send === undefined) throw new Error('this file is started by the soak');
// Ctrl-C reaches every process of a terminal; this one ends when the one that started it does.
process.on('SIGINT', () => {});
process.once('disconnect', () => process.exit());
const upstream = await startUpstream(HOSTS);
process.on('message', ({ kind }: ToUpstream) => {
  switch (kind) {
    case 'count':
      return tell({ kind: 'counted', connections: upstream.connections(), requests: upstream.requests() });
    case 'forget':
      return upstream.forget();
  }
});
tell({ kind: 'listening', ports: upstream.ports });

function tell(message: FromUpstream): void {
  process.send?.(message);
}
