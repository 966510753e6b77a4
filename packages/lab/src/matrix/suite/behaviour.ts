import { type Reply, type Server, startServer } from './server.js';

/**
 * One thing that a user relies on, shown against real servers. `Parts` are the packages as their consumer has loaded
 * them.
 */
export interface Behaviour<Parts> {
  /** In the present tense, without the name of the client. */
  readonly name: string;
  /** Missing feature of this release or this host; undefined if it applies. */
  lacks?(parts: Parts): string | undefined;
  /** Throws if it is not so. */
  run(parts: Parts, stage: Stage): Promise<void>;
}

/** Resources that live as long as one behaviour. */
export interface Stage {
  serve(...replies: readonly Reply[]): Promise<Server>;
}

/** Far above the time of any of them: a behaviour that hangs must be reported, not waited for. */
const LONGEST_MS = 15_000;

/** Rejects if it is not so, or if that does not show in time. */
export async function show<Parts>(behaviour: Behaviour<Parts>, parts: Parts): Promise<void> {
  const servers: Server[] = [];
  const stage: Stage = {
    async serve(...replies) {
      const server = await startServer(...replies);
      servers.push(server);
      return server;
    },
  };
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`hangs: nothing after ${LONGEST_MS / 1_000} s`)), LONGEST_MS);
  });
  try {
    await Promise.race([behaviour.run(parts, stage), tooLong]);
  } finally {
    clearTimeout(timer);
    await Promise.all(servers.map((server) => server.close()));
  }
}
