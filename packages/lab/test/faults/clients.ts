import http from 'node:http';
import https from 'node:https';
import { type LookupFunction, Socket } from 'node:net';
import { attachResilience, type Policy } from '@breakwater/axios';
import { resilience } from '@breakwater/got';
import axios from 'axios';
import got from 'got';

export interface Ask {
  readonly method?: 'GET' | 'HEAD' | 'POST' | undefined;
  readonly lookup?: LookupFunction | undefined;
  /** A certificate to trust. */
  readonly ca?: string | undefined;
  /** The client's own limit to each attempt. */
  readonly timeoutMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  /** The first connection never comes about; called when it is asked for. */
  readonly onConnect?: (() => void) | undefined;
  readonly maxRetries: number;
}

/** Result of a caller: `200 fine`, `ECONNRESET`, `ERR_BAD_RESPONSE 200`. */
export interface Got {
  readonly text: string;
  /** The response or the error, which the report belongs to. */
  readonly end: unknown;
}

export interface FaultClient {
  readonly name: ClientName;
  /** Undefined if the client hides them. */
  readonly sockets: (() => readonly Socket[]) | undefined;
  ask(url: string, ask: Ask): Promise<Got>;
  /** Closes the connections that are kept alive. */
  close(): void;
}

export const clientNames = ['axios', 'fetch', 'got'] as const;
/** `fetch` is axios over its fetch adapter. */
export type ClientName = (typeof clientNames)[number];

export function makeClient(name: ClientName, policy: Policy): FaultClient {
  return name === 'got' ? gotClient(policy) : axiosClient(name, policy);
}

function axiosClient(name: 'axios' | 'fetch', policy: Policy): FaultClient {
  const agents = keepAliveAgents();
  const api = axios.create({ adapter: name === 'axios' ? 'http' : 'fetch', proxy: false, ...agents.options });
  attachResilience(api, policy);
  return {
    name,
    sockets: name === 'axios' ? agents.sockets : undefined,
    close: agents.close,
    ask: (url, ask) =>
      ended(
        api.request<unknown>({
          url,
          method: ask.method ?? 'GET',
          responseType: 'text',
          resilience: { maxRetries: ask.maxRetries },
          ...(ask.method === 'POST' && { data: 'a body' }),
          ...(ask.lookup && { lookup: ask.lookup as never }),
          ...(ask.timeoutMs !== undefined && { timeout: ask.timeoutMs }),
          ...(ask.maxBytes !== undefined && { maxContentLength: ask.maxBytes }),
          ...(ask.ca !== undefined && { httpsAgent: agents.trusting(ask.ca) }),
          ...(ask.onConnect && { httpAgent: agents.deaf(ask.onConnect) }),
        }),
        ({ status, data }) => [status, data],
      ),
  };
}

function gotClient(policy: Policy): FaultClient {
  const agents = keepAliveAgents();
  const client = got.extend(resilience(policy));
  return {
    name: 'got',
    sockets: agents.sockets,
    close: agents.close,
    ask: (url, ask) =>
      ended(
        client(url, {
          method: ask.method ?? 'GET',
          context: { resilience: { maxRetries: ask.maxRetries } },
          agent: {
            http: ask.onConnect === undefined ? agents.options.httpAgent : agents.deaf(ask.onConnect),
            https: agents.options.httpsAgent,
          },
          ...(ask.method === 'POST' && { body: 'a body' }),
          ...(ask.lookup && { dnsLookup: ask.lookup as never }),
          ...(ask.timeoutMs !== undefined && { timeout: { request: ask.timeoutMs } }),
          ...(ask.ca !== undefined && { https: { certificateAuthority: ask.ca } }),
        }),
        ({ statusCode, body }) => [statusCode, body],
      ),
  };
}

async function ended<R>(call: Promise<R>, read: (response: R) => readonly [number, unknown]): Promise<Got> {
  try {
    const end = await call;
    const [status, body] = read(end);
    return { text: `${status} ${typeof body === 'string' ? shortened(body) : typeof body}`.trim(), end };
  } catch (end) {
    const { code, name, response } = end as FailedCall;
    const status = response?.status ?? response?.statusCode;
    return { text: [code ?? name, status].filter((part) => part !== undefined).join(' '), end };
  }
}

interface FailedCall extends Error {
  readonly code?: string;
  readonly response?: { readonly status?: number; readonly statusCode?: number };
}

const shortened = (text: string): string => (text.length > 20 ? `${text.length} bytes` : text);

function keepAliveAgents() {
  const made: http.Agent[] = [];
  const keep = <A extends http.Agent>(agent: A): A => {
    made.push(agent);
    return agent;
  };
  const options = {
    httpAgent: keep(new http.Agent({ keepAlive: true })),
    httpsAgent: keep(new https.Agent({ keepAlive: true })),
  };
  return {
    options,
    trusting: (ca: string) => keep(new https.Agent({ keepAlive: true, ca })),
    deaf: (onConnect: () => void) => keep(deafAgent(onConnect)),
    sockets: () => made.flatMap(({ sockets }) => Object.values(sockets).flatMap((list = []) => list)),
    close: () => {
      for (const agent of made) agent.destroy();
    },
  };
}

/** An agent whose first connection is never established, as if packets were dropped on their way. */
function deafAgent(onConnect: () => void): http.Agent {
  const agent = new http.Agent() as http.Agent & { createConnection(...args: unknown[]): unknown };
  const { createConnection } = agent;
  agent.createConnection = () => {
    agent.createConnection = createConnection;
    onConnect();
    // A socket without a connection stays as it is.
    return Object.assign(new Socket(), { connecting: true });
  };
  return agent;
}
