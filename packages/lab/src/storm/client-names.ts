/**
 * A client under test. Each has the timeout of the shape per attempt, and an agent that keeps any number of connections
 * alive.
 */
export interface ClientInfo {
  readonly name: string;
  readonly transport: 'axios' | 'got';
  readonly about: string;
  readonly ours?: boolean;
  readonly extra?: boolean;
}

export const clients = [
  { name: 'bare-axios', transport: 'axios', about: 'axios, no library' },
  { name: 'bare-got', transport: 'got', about: 'got with retry limit 0' },
  {
    name: 'axios-retry-immediate',
    transport: 'axios',
    about: 'axios-retry, 3 retries, no delay; told to retry timeouts too, as its users want and its default does not',
  },
  {
    name: 'axios-retry-exponential',
    transport: 'axios',
    about: 'the same with its exponentialDelay',
  },
  { name: 'retry-axios', transport: 'axios', about: 'retry-axios with its defaults' },
  { name: 'got-retry', transport: 'got', about: 'got with its own default retry (2, after 1 s and 2 s)' },
  {
    name: 'cockatiel',
    transport: 'axios',
    about:
      'axios in cockatiel: 3 retries with exponential backoff around a breaker per origin (5 consecutive, half open after 1 s)',
  },
  {
    name: 'opossum',
    transport: 'axios',
    about: 'axios in an opossum breaker per origin: its defaults, but reset after 1 s instead of 30 s',
  },
  { name: 'breakwater-axios', transport: 'axios', about: '@breakwater/axios, default policy', ours: true },
  { name: 'breakwater-got', transport: 'got', about: '@breakwater/got, default policy', ours: true },
  {
    name: 'breakwater-execute',
    transport: 'axios',
    about: 'bare axios in policy.execute, default policy, one key per origin',
    ours: true,
    extra: true,
  },
] as const satisfies readonly ClientInfo[];

export type ClientName = (typeof clients)[number]['name'];
export type Client = ClientInfo & { readonly name: ClientName };

export function clientOf(name: ClientName): Client {
  const found = clients.find((client) => client.name === name);
  if (found === undefined) throw new RangeError(`no client ${name}`);
  return found;
}

/** The client that ours is measured against: the same transport, without any library. */
export const bareOf = (client: ClientInfo): ClientName => (client.transport === 'axios' ? 'bare-axios' : 'bare-got');
