// One server in a process of its own, so that the load of the clients does not slow it down. Ends when the demo
// disconnects.
import { scenario } from './scenario.js';
import { createUpstream } from './upstream.js';
import type { FromUpstream, ToUpstream } from './upstream-messages.js';

const STATE_EVERY_MS = 100;

const [calm] = scenario(1);
if (calm === undefined || process.send === undefined) throw new Error('this file is started by the demo');
const upstream = createUpstream(calm.conditions);

// Ctrl-C reaches every process of the terminal; the demo is the one to decide what follows.
process.on('SIGINT', () => {});
process.on('message', (message: ToUpstream) => {
  switch (message.kind) {
    case 'conditions':
      return upstream.change(message.conditions);
    case 'end':
      return tell({ kind: 'state', state: upstream.state() }, () => process.disconnect());
  }
});
process.once('disconnect', () => {
  clearInterval(reporting);
  void upstream.close();
});

tell({ kind: 'listening', port: await upstream.listen() });
const reporting = setInterval(() => tell({ kind: 'state', state: upstream.state() }), STATE_EVERY_MS);

function tell(message: FromUpstream, sent?: () => void): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent);
}
