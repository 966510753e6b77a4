import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Conditions } from './scenario.js';
import type { UpstreamState } from './upstream.js';
import type { FromUpstream, ToUpstream } from './upstream-messages.js';

/** A server in another process. */
export interface UpstreamHandle {
  readonly origin: string;
  change(conditions: Conditions): void;
  /** Its last message about itself; final once it has ended. Throws if it ended by itself. */
  state(): UpstreamState;
  /** Ends the process and waits until it is gone. */
  end(): Promise<void>;
}

const KILL_AFTER_MS = 2_000;

/** Starts two equal servers, or none if one of them does not start. */
export async function startUpstreams(): Promise<readonly [UpstreamHandle, UpstreamHandle]> {
  const starting = [startUpstream(), startUpstream()] as const;
  try {
    return await Promise.all(starting);
  } catch (error) {
    for (const start of await Promise.allSettled(starting)) {
      if (start.status === 'fulfilled') await start.value.end();
    }
    throw error;
  }
}

async function startUpstream(): Promise<UpstreamHandle> {
  const child = fork(new URL('./upstream-process.ts', import.meta.url));
  let state: UpstreamState = { inService: 0, queued: 0, requests: 0, requestsByPhase: {} };
  let mayEnd = false;
  const exited = once(child, 'exit');
  const listening = new Promise<number>((resolve) => {
    // Loaders use this channel too: messages of others are ignored.
    child.on('message', (message: FromUpstream) => {
      if (message.kind === 'listening') resolve(message.port);
      if (message.kind === 'state') state = message.state;
    });
  });
  const port = await Promise.race([listening, exited.then(failToStart)]);

  return {
    origin: `http://127.0.0.1:${port}`,
    change: (conditions) => tell(child, { kind: 'conditions', conditions }),
    state: () => {
      if (!mayEnd && hasEnded(child)) throw new Error('an upstream ended before its time');
      return state;
    },
    end: () => {
      mayEnd = true;
      return end(child, exited);
    },
  };
}

function failToStart(): never {
  throw new Error('the upstream ended before it listened');
}

function tell(child: ChildProcess, message: ToUpstream): void {
  // It may be gone already; the wait for its end reports that.
  if (child.connected) child.send(message, () => {});
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (hasEnded(child)) return;
  const kill = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  tell(child, { kind: 'end' });
  await exited;
  clearTimeout(kill);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
