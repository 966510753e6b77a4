import { Agent } from 'node:http';
import { attachResilience } from '@breakwater/axios';
import { isCircuitOpen, isCoolDown, isLimited, type Policy } from '@breakwater/core';
import { resilience } from '@breakwater/got';
import axios, { type AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';
import got, { type Got } from 'got';
import { clientTimeoutMs, type PhaseName } from './scenario.js';
import { phaseHeader } from './upstream.js';

/** Makes one call, which tells the server in which phase it began, and resolves when it was answered. */
export type Caller = (phase: PhaseName | 'warm-up', signal: AbortSignal) => Promise<unknown>;

/** An axios and a got client for one server. */
export interface Clients {
  readonly callers: readonly Caller[];
  close(): void;
}

/** The usual clients of today: axios with axios-retry, and got, each with its own default retries. */
export function plainClients(origin: string): Clients {
  const agent = new Agent({ keepAlive: true });
  const axiosClient = axiosFor(origin, agent);
  axiosRetry(axiosClient);
  return clients(axiosClient, gotFor(origin, agent), agent);
}

/** The same two clients with one policy. */
export function guardedClients(origin: string, policy: Policy): Clients {
  const agent = new Agent({ keepAlive: true });
  const axiosClient = axiosFor(origin, agent);
  attachResilience(axiosClient, policy);
  return clients(axiosClient, gotFor(origin, agent).extend(resilience(policy)), agent);
}

/** Tells if Breakwater refused the call before it reached the server. */
export function isRefusal(error: unknown): boolean {
  return isCircuitOpen(error) || isLimited(error) || isCoolDown(error);
}

function axiosFor(origin: string, agent: Agent): AxiosInstance {
  // `proxy`: the server is on this machine, whatever the environment names.
  return axios.create({ baseURL: origin, timeout: clientTimeoutMs, httpAgent: agent, proxy: false });
}

function gotFor(origin: string, agent: Agent): Got {
  return got.extend({ prefixUrl: origin, timeout: { request: clientTimeoutMs }, agent: { http: agent } });
}

function clients(axiosClient: AxiosInstance, gotClient: Got, agent: Agent): Clients {
  const headersFor = (phase: string) => ({ [phaseHeader]: phase });
  return {
    callers: [
      (phase, signal) => axiosClient.get('/orders', { headers: headersFor(phase), signal }),
      (phase, signal) => gotClient.get('orders', { headers: headersFor(phase), signal }).json(),
    ],
    close: () => agent.destroy(),
  };
}
