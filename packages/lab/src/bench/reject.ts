import { attachResilience } from '@breakwater/axios';
import { createPolicy, type PolicyOptions } from '@breakwater/core';
import axios, { AxiosError } from 'axios';
import * as cockatiel from 'cockatiel';
import CircuitBreaker from 'opossum';
import { rejectionLoop } from './call-loop.js';
import { AGAIN, type Section } from './group.js';
import { measure } from './measure.js';

const AN_HOUR_MS = 3_600_000;
const ORIGIN = 'http://api.example.com';

/** Opens at the first failure, and stays open for longer than the bench takes. */
const policyOptions = {
  retry: false,
  breaker: { consecutiveFailures: 1, consecutiveForMs: 0, openMs: AN_HOUR_MS, maxOpenMs: AN_HOUR_MS },
} satisfies PolicyOptions;

const failing = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('the upstream is down'), { code: 'ECONNREFUSED' }));

/** Measures the cost of a refusal by an open circuit. */
export const rejections: Section = async (effort) => {
  const made = new Error('made once');
  const cases = [
    {
      name: 'bare: throws a new Error',
      call: async () => {
        throw new Error('the circuit is open');
      },
    },
    {
      name: AGAIN,
      call: async () => {
        throw new Error('the circuit is open');
      },
    },
    {
      name: 'bare: throws an Error made before',
      call: async () => {
        throw made;
      },
    },
    { name: 'breakwater', call: await openPolicy() },
    { name: 'cockatiel', call: await openCockatiel() },
    { name: 'opossum', call: openOpossum() },
    {
      name: 'axios, rejected by its adapter',
      call: rejectingAxios((config) => {
        throw new AxiosError('the circuit is open', 'ERR_CIRCUIT_OPEN', config as never);
      }),
    },
    { name: 'breakwater in axios', call: await openAxios() },
  ].map(({ name, call }) => ({ name, run: rejectionLoop(call) }));
  const samples = await measure(cases, effort, { rounds: 60, batch: 1_000 });
  return [{ name: 'reject: by an open circuit', unit: 'ns', ours: 'breakwater', cases: samples }];
};

async function openPolicy(): Promise<() => unknown> {
  const policy = createPolicy(policyOptions);
  await policy.execute(failing).catch(() => {});
  expectState(policy.breaker('default').state === 'open', 'breakwater');
  return () => policy.execute(failing);
}

async function openCockatiel(): Promise<() => unknown> {
  const options = { halfOpenAfter: AN_HOUR_MS, breaker: new cockatiel.ConsecutiveBreaker(1) };
  const breaker = cockatiel.circuitBreaker(cockatiel.handleAll, options);
  const policy = cockatiel.wrap(cockatiel.retry(cockatiel.handleType(RangeError), { maxAttempts: 1 }), breaker);
  await policy.execute(failing).catch(() => {});
  expectState(breaker.state === cockatiel.CircuitState.Open, 'cockatiel');
  return () => policy.execute(failing);
}

function openOpossum(): () => unknown {
  const breaker = new CircuitBreaker(failing, { timeout: false, resetTimeout: AN_HOUR_MS });
  breaker.open();
  expectState(breaker.opened, 'opossum');
  return () => breaker.fire();
}

function rejectingAxios(adapter: (config: unknown) => never): () => unknown {
  const instance = axios.create({ baseURL: ORIGIN, adapter: async (config) => adapter(config) });
  return () => instance.get('/orders/1');
}

async function openAxios(): Promise<() => unknown> {
  const instance = axios.create({ baseURL: ORIGIN, adapter: failing });
  const { policy } = attachResilience(instance, policyOptions);
  await instance.get('/orders/1').catch(() => {});
  expectState(policy.breaker(ORIGIN).state === 'open', 'breakwater in axios');
  return () => instance.get('/orders/1');
}

function expectState(isOpen: boolean, library: string): void {
  if (!isOpen) throw new Error(`the circuit of ${library} was to be open`);
}
