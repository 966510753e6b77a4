import type { Agent } from 'node:http';
import { attachResilience } from '@breakwater/axios';
import type { Policy } from '@breakwater/core';
import { resilience } from '@breakwater/got';
import type { ModelCall } from '@breakwater/simulator';
import axios, { isAxiosError } from 'axios';
import got, { HTTPError, type Method } from 'got';
import { CALL_HEADER } from './model-http-server.js';

export type RealClient = 'axios' | 'got';

/** Makes a call; resolves with the status of whatever answer it ends with, rejects if it ends without one. */
export type Send = (call: ModelCall, id: string) => Promise<{ readonly status: number }>;

const URL = 'http://service.test/';

/** A client of one process, with a policy or bare. Bare, it makes one attempt: got's own retries are off. */
export function realClient(client: RealClient, agent: Agent, policy: Policy | undefined): Send {
  return client === 'axios' ? axiosSend(agent, policy) : gotSend(agent, policy);
}

function axiosSend(agent: Agent, policy: Policy | undefined): Send {
  const instance = axios.create({ httpAgent: agent, proxy: false });
  if (policy !== undefined) attachResilience(instance, policy);
  return async ({ key, method, timeoutMs }, id) => {
    try {
      return await instance.request({
        url: URL,
        method,
        headers: { [CALL_HEADER]: id },
        ...(timeoutMs !== undefined && { timeout: timeoutMs }),
        resilience: { key },
      });
    } catch (error) {
      if (isAxiosError(error) && error.response !== undefined) return error.response;
      throw error;
    }
  };
}

function gotSend(agent: Agent, policy: Policy | undefined): Send {
  const bare = got.extend({ agent: { http: agent } });
  const client = policy === undefined ? bare.extend({ retry: { limit: 0 } }) : bare.extend(resilience(policy));
  return async ({ key, method, timeoutMs }, id) => {
    try {
      const { statusCode } = await client(URL, {
        method: method as Method,
        headers: { [CALL_HEADER]: id },
        ...(timeoutMs !== undefined && { timeout: { request: timeoutMs } }),
        context: { resilience: { key } },
      });
      return { status: statusCode };
    } catch (error) {
      if (error instanceof HTTPError) return { status: error.response.statusCode };
      throw error;
    }
  };
}
