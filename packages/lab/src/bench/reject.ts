import { attachResilience } from '@breakwater/axios';
import axios, { AxiosError } from 'axios';
import { rejectionLoop } from './call-loop.js';
import { AGAIN, type Section } from './group.js';
import { measure } from './measure.js';
import { expectOpen, failing, openCockatiel, openOpossum, openPolicy, opensAtOnce } from './open-circuits.js';

const ORIGIN = 'http://api.example.com';

/** Measures the cost of a refusal by an open circuit. */
export const rejections: Section = async (effort) => {
  const made = new Error('made once');
  const policy = await openPolicy();
  const { policy: cockatiel } = await openCockatiel();
  const opossum = openOpossum();
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
    { name: 'breakwater', call: () => policy.execute(failing) },
    { name: 'cockatiel', call: () => cockatiel.execute(failing) },
    { name: 'opossum', call: () => opossum.fire() },
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

function rejectingAxios(adapter: (config: unknown) => never): () => unknown {
  const instance = axios.create({ baseURL: ORIGIN, adapter: async (config) => adapter(config) });
  return () => instance.get('/orders/1');
}

async function openAxios(): Promise<() => unknown> {
  const instance = axios.create({ baseURL: ORIGIN, adapter: failing });
  const { policy } = attachResilience(instance, opensAtOnce);
  await instance.get('/orders/1').catch(() => {});
  expectOpen(policy.breaker(ORIGIN).state === 'open', 'breakwater in axios');
  return () => instance.get('/orders/1');
}
