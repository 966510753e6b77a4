import type { Ask } from './client.js';
import type { Scenario } from './mix.js';
import { skipTime } from './policies.js';
import type { Scene } from './scene.js';
import { turn, until } from './waiting.js';

/** Aborts, each in a phase of a call that is known to have been reached. */
export const phases: Readonly<Record<string, Scenario>> = {
  'before the start': async (scene) => {
    await aborted(scene, 'before the start', { policy: 'open', url: scene.url('ok') }, async () => {});
  },

  'in the connect': async (scene) => {
    let isAsked = false;
    let tell = (): void => {};
    const known = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const onLookup = (): Promise<void> => {
      isAsked = true;
      return known;
    };
    const ask: Ask = { policy: 'open', key: scene.unique('connect'), url: scene.url('ok'), onLookup };
    await aborted(scene, 'in the connect', ask, () => until('an address is asked for', () => isAsked));
    tell();
  },

  'waiting for headers': async (scene) => {
    const key = scene.unique('headers');
    const ask: Ask = { policy: 'patient', key, url: scene.url('stall') };
    await aborted(scene, 'waiting for headers', ask, () => attemptUnderWay(scene, key));
  },

  'in mid-body': async (scene) => {
    let hasBegun = false;
    const onFirstBytes = (): void => {
      hasBegun = true;
    };
    const ask: Ask = { policy: 'patient', key: scene.unique('body'), url: scene.url('stall-body'), onFirstBytes };
    await aborted(scene, 'in mid-body', ask, () => until('a body begins', () => hasBegun));
  },

  'in the backoff': async (scene) => {
    const key = scene.unique('backoff');
    const ask: Ask = { policy: 'patient', key, url: scene.url('busy') };
    let waits = false;
    const off = scene.policies.patient.on('retry', (event) => {
      if (event.key === key) waits = true;
    });
    await aborted(scene, 'in the backoff', ask, () => until('a retry is decided', () => waits));
    off();
  },

  'in the cool-down': async (scene) => {
    const key = scene.unique('cool-down');
    const begins: Ask = { policy: 'cooled', key, url: scene.url('busy-long'), maxRetries: 0 };
    await scene.ledger.make('the first throttled call', begins, ['status']);
    skipTime(UNSERVED_MS);
    await scene.ledger.make('what begins a cool-down', begins, ['status']);
    const waits = (): boolean => scene.policies.cooled.snapshot().keys[key]?.coolDown?.waiting === 1;
    await aborted(scene, 'in the cool-down', { policy: 'cooled', key, url: scene.url('ok') }, () =>
      until('a call waits for a cool-down', waits),
    );
  },

  'waiting for a place': async (scene) => {
    const key = scene.unique('place');
    await aborted(scene, 'waiting for headers', { policy: 'patient', key, url: scene.url('stall') }, async () => {
      await attemptUnderWay(scene, key);
      const waits = (): boolean => keyOf(scene, key)?.limit?.waiting === 1;
      await aborted(scene, 'waiting for a place', { policy: 'patient', key, url: scene.url('ok') }, () =>
        until('a call waits for a place', waits),
      );
    });
  },

  'as a probe': async (scene) => {
    const key = scene.unique('probe');
    const breaker = scene.policies.fragile.breaker(key);
    await scene.ledger.make('what opens a circuit', { policy: 'fragile', key, url: scene.url('broken') }, ['status']);
    const probe: Ask = { policy: 'fragile', key, url: scene.url('stall') };
    await new Promise((resolve) => setTimeout(resolve, OPEN_MS));
    await aborted(scene, 'as a probe', probe, () => until('a probe is out', () => breaker.state === 'half-open'));
    // The only place of a probe must be free again.
    await scene.ledger.make('the next probe', { policy: 'fragile', key, url: scene.url('ok') }, ['answered']);
    if (breaker.state !== 'closed') scene.ledger.breach(`a circuit is ${breaker.state} after a good probe`);
  },
};

/** Longer than the open time of the policy `fragile`, its jitter and a rounded timer included. */
const OPEN_MS = 3;

/** Time without a served call after which throttled answers hold the whole key. */
const UNSERVED_MS = 2_000;

async function aborted(scene: Scene, phase: string, ask: Ask, reached: () => Promise<void>): Promise<void> {
  const controller = new AbortController();
  if (phase === 'before the start') controller.abort();
  const byOldWay = scene.random() < 0.5;
  const call = scene.ledger.make(`aborted ${phase}`, { ...ask, signal: controller.signal, byOldWay }, ['cancelled']);
  try {
    await reached();
    await turn();
  } catch (error) {
    scene.ledger.breach(`aborted ${phase}: ${(error as Error).message}`);
  }
  controller.abort();
  await call;
  scene.ledger.abortedIn(phase);
}

function attemptUnderWay(scene: Scene, key: string): Promise<void> {
  return until('an attempt is under way', () => keyOf(scene, key)?.limit?.inFlight === 1);
}

function keyOf({ policies }: Scene, key: string) {
  return policies.patient.snapshot().keys[key];
}
