import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';

/** The connections of one client: an agent that keeps some alive, and one that asks for an address each time. */
export interface Connections {
  readonly agent: Agent;
  readonly freshAgent: Agent;
  /** The requests whose connections are in use, and those that wait for one. */
  busy(): readonly string[];
  closeIdle(): void;
}

const KEPT = 16;

export function connections(): Connections {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: KEPT });
  const freshAgent = new Agent();
  return {
    agent,
    freshAgent,
    busy: () => [agent, freshAgent].flatMap(({ sockets, requests }) => [...listed(sockets), ...listed(requests)]),
    closeIdle: () => agent.destroy(),
  };
}

function listed(lists: NodeJS.ReadOnlyDict<readonly object[]>): readonly string[] {
  return Object.values(lists).flatMap((list = []) => list.map(pathOf));
}

/** Only Node knows the last use of a socket. */
function pathOf(holder: object): string {
  const { _httpMessage: request = holder } = holder as { readonly _httpMessage?: object };
  return (request as { readonly path?: string }).path ?? 'an unknown request';
}

/** A lookup whose answer the test gives, after it has learned that there is one. */
export function lateLookup(asked: () => Promise<void>): LookupFunction {
  return (_host, options, found) => {
    void asked().then(() => {
      if (options.all) found(null, [{ address: '127.0.0.1', family: 4 }]);
      else found(null, '127.0.0.1', 4);
    });
  };
}

/** The same URL by a name instead of an address. */
export function byName(url: string): string {
  return url.replace('127.0.0.1', 'soak.test');
}
