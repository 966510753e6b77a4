import type { Ask } from './client.js';
import type { EndingKind } from './ending.js';
import type { Scene } from './scene.js';
import type { Step } from './steps.js';

/** A way to use a client: makes some calls, and is over when they are. */
export type Scenario = (scene: Scene) => Promise<void>;

/** Results that any call may have while its host is in trouble: those of its own attempts, or a refusal. */
const anything: readonly EndingKind[] = ['answered', 'status', 'network', 'refused', 'timeout'];
const withCancel: readonly EndingKind[] = [...anything, 'cancelled'];

const good: readonly Step[] = ['ok', 'ok', 'ok', 'gzip', 'big'];
const bad: readonly Step[] = [
  ...(['broken', 'busy', 'busy-now', 'busy-soon', 'throttled'] as const),
  ...(['reset', 'reset-headers', 'reset-body', 'cut-chunk', 'cut-gzip', 'garbage'] as const),
];

/** The ordinary calls, and their weights. */
export const everyday: readonly (readonly [weight: number, scenario: Scenario])[] = [
  [30, (scene) => make(scene, 'a good call', { url: scene.url(scene.pick(good)) })],
  [4, (scene) => make(scene, 'a 404', { url: scene.url('gone') })],
  [14, (scene) => make(scene, 'a call that heals', { url: scene.url(scene.pick(bad), scene.pick(good)) })],
  [6, (scene) => make(scene, 'a call that heals late', { url: scene.url(...three(scene), scene.pick(good)) })],
  [8, (scene) => make(scene, 'a call that fails', { url: scene.url(scene.pick(bad)) })],
  [3, (scene) => make(scene, 'a redirect', { url: scene.url('redirect', scene.pick([...good, ...bad]), 'ok') })],
  [1, (scene) => make(scene, 'redirects without end', { url: scene.url('redirect') })],
  [2, (scene) => make(scene, 'a long cool-down', { url: scene.url('busy-long'), key: scene.unique('cooled') })],
  [3, (scene) => make(scene, 'a stall', { url: scene.url('stall', 'ok'), timeoutMs: 8 })],
  [2, (scene) => make(scene, 'a stall for good', { url: scene.url('stall'), timeoutMs: 4, maxRetries: 1 })],
  [6, post],
  [3, oneShot],
  [8, stream],
  [2, (scene) => make(scene, 'a policy of its own', { url: scene.url(scene.pick(bad), 'ok') }, 'once')],
  [2, (scene) => make(scene, 'no policy', { url: scene.url(scene.pick([...good, ...bad])), resilience: false })],
  [
    2,
    (scene) => make(scene, 'an observed call', { url: scene.url(scene.pick([...good, ...bad])), policy: 'observer' }),
  ],
  [4, hurried],
  [4, abortedAnyTime],
];

async function make(
  scene: Scene,
  what: string,
  ask: Omit<Ask, 'policy'> & Partial<Pick<Ask, 'policy'>>,
  once?: 'once',
): Promise<void> {
  const { ledger, pick, random } = scene;
  // Most calls share the keys of their hosts; some have one of many that come and go.
  const tenant = random() < 0.3 ? { key: `tenant-${Math.floor(random() * 200)}` } : {};
  const policy = pick(['open', 'open', 'open', 'narrow'] as const);
  await ledger.make(what, { policy, ...tenant, ...ask }, anything, once);
}

function three({ pick }: Scene): readonly Step[] {
  return [pick(bad), pick(bad), pick(bad)];
}

function post(scene: Scene): Promise<void> {
  const ask = { url: scene.url(scene.pick(bad), 'ok'), method: 'POST', body: 'text' } as const;
  const keyed = scene.random() < 0.5;
  return make(scene, 'a POST', keyed ? { ...ask, idempotencyKey: scene.unique('order') } : ask);
}

async function oneShot({ ledger, pick, random, unique, url }: Scene): Promise<void> {
  const keyed = random() < 0.5 ? { idempotencyKey: unique('upload') } : {};
  const ask = { policy: 'open', url: url(pick([...good, ...bad])), method: 'POST', body: 'stream', ...keyed } as const;
  // axios reports a cancelled request if its body's stream goes with the connection.
  await ledger.make('a body that can be sent once', ask, withCancel);
}

function stream(scene: Scene): Promise<void> {
  const { pick, url } = scene;
  const reading = pick(['stream', 'stream', 'destroyed', 'abandoned'] as const);
  const first = pick([...bad, 'ok'] as const);
  const steps: readonly Step[] = reading === 'abandoned' ? ['leave'] : [first, 'big'];
  return make(scene, `a stream, ${reading}`, { url: url(...steps), reading });
}

/** Limits of the policy's, to each attempt and to the call. */
function hurried(scene: Scene): Promise<void> {
  const script = scene.pick<readonly Step[]>([['stall', 'ok'], ['stall'], ['stall-body', 'busy'], ['busy', 'stall']]);
  return make(scene, 'a hurried call', { url: scene.url(...script), policy: 'timed' });
}

const ANY_TIME_MS = 6;

async function abortedAnyTime({ ledger, pick, random, url }: Scene): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), random() * ANY_TIME_MS);
  const ask: Ask = {
    policy: pick(['open', 'timed', 'narrow']),
    url: url(pick(bad), pick([...good, 'stall', 'stall-body'])),
    signal: controller.signal,
    byOldWay: random() < 0.5,
  };
  // Calls that are not aborted soon must end all the same.
  await ledger.make('a call aborted at any time', { ...ask, timeoutMs: 20 }, withCancel);
  clearTimeout(timer);
  ledger.abortedIn('any');
}
