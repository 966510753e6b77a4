import { type ChildProcess, fork } from 'node:child_process';

/** A process of the bench and its messages. */
export interface Child<In, Out> {
  send(message: In): void;
  /** The next message of that type; rejects when the process ends before it comes. */
  next<T extends MessageType<Out>>(type: T): Promise<Extract<Out, { type: T }>>;
  on<T extends MessageType<Out>>(type: T, listener: (message: Extract<Out, { type: T }>) => void): void;
  /** Ends the process; settles when it is gone. */
  end(): Promise<void>;
}

interface Typed {
  readonly type: string;
}

type MessageType<M> = M extends { readonly type: infer T } ? T : never;

/** Starts a process without any of the flags of this one. */
export function startChild<In extends Typed, Out extends Typed>(what: string, file: string): Child<In, Out> {
  const child = fork(file, [], { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const stderr: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      reject(new Error(`the ${what} process ended (${signal ?? code}): ${gistOf(stderr.join(''))}`));
    });
  });
  // Every wait for a message fails with the process; there is no other listener.
  gone.catch(() => {});

  const listen = (type: string, listener: (message: Out) => void): (() => void) => {
    const onMessage = (message: unknown): void => {
      if ((message as Out).type === type) listener(message as Out);
    };
    child.on('message', onMessage);
    return () => child.off('message', onMessage);
  };
  return {
    send: (message) => {
      if (child.connected) child.send(message);
    },
    next: (type) => {
      let undo = (): void => {};
      const heard = new Promise<Out>((resolve) => {
        undo = listen(type, resolve);
      });
      return Promise.race([heard, gone]).finally(undo) as Promise<Extract<Out, { type: typeof type }>>;
    },
    on: (type, listener) => {
      listen(type, listener as (message: Out) => void);
    },
    end: () => endOf(child),
  };
}

/** Returns the error in the output of a dying process of Node, without the source around it. */
function gistOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^(Uncaught )?\w*Error\b/.test(line)) ?? lines[0] ?? 'no word').slice(0, 500);
}

function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
