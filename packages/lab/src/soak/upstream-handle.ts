import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { FromUpstream, ToUpstream } from './upstream-messages.js';

/** The server, seen from the callers' process. */
export interface UpstreamHandle {
  readonly ports: readonly number[];
  count(): Promise<{ readonly connections: number; readonly requests: number }>;
  forget(): void;
  /** Ends the process and waits until it is gone. */
  end(): Promise<void>;
}

export async function startUpstreamProcess(): Promise<UpstreamHandle> {
  const child = fork(new URL('./upstream-process.ts', import.meta.url));
  const gone = once(child, 'exit');
  const failed = gone.then(() => {
    throw new Error('the server ended before its time');
  });
  failed.catch(() => {});
  const tell = (message: ToUpstream): void => {
    if (child.connected) child.send(message);
  };
  const next = async <K extends FromUpstream['kind']>(kind: K): Promise<Extract<FromUpstream, { kind: K }>> => {
    for (;;) {
      const [message] = (await Promise.race([once(child, 'message'), failed])) as [FromUpstream];
      // Loaders speak on this channel too.
      if (message.kind === kind) return message as Extract<FromUpstream, { kind: K }>;
    }
  };
  const { ports } = await next('listening');
  return {
    ports,
    count: () => {
      const counted = next('counted');
      tell({ kind: 'count' });
      return counted;
    },
    forget: () => tell({ kind: 'forget' }),
    end: async () => {
      child.disconnect();
      await gone;
    },
  };
}
