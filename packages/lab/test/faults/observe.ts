import type { LookupFunction, Socket } from 'node:net';
import { createPolicy, type Policy, reportOf } from '@breakwater/core';
import { ManualClock } from '@breakwater/core/testing';
import { activeResources, moreThan, type Resources } from '../../src/soak/resources.js';
import { type Ask, type ClientName, type FaultClient, makeClient } from './clients.js';
import { fine } from './faults.js';
import { type Fault, startUpstream, type Upstream, type UpstreamOptions } from './upstream.js';

/** One way in which an upstream goes wrong, and how it is asked. */
export interface Case extends Omit<UpstreamOptions, 'clientSockets'>, Omit<Ask, 'maxRetries' | 'onConnect' | 'lookup'> {
  /** Faults for the attempts of a call, the last for ever. */
  readonly meets: readonly Fault[];
  /** The first connection never comes about. */
  readonly deaf?: boolean;
  /** The upstream is asked by a name that is looked up so; made anew for each call. */
  readonly lookup?: () => LookupFunction;
  /** Another call has left an idle connection, of which this is done before the client's next look at it. */
  readonly idle?: (socket: Socket) => void;
  readonly maxRetries?: number;
}

/** Observations of a case, in words. */
export interface Observed {
  /** `transient ECONNRESET, success 200`: the policy's verdict on each attempt, and its status or code. */
  readonly attempts: string;
  /** Requests that the server got whole. */
  readonly requests: number;
  /** Result of the caller. */
  readonly caller: string;
  readonly stop: string;
  /** Result of the caller if there is one attempt, in a half-open circuit. */
  readonly alone: string;
  /** The circuit after that: `closed` by a success, `open` after a failure, `half-open` if it counted as neither. */
  readonly circuit: string;
  /** Resources that were still held at the end; empty if there were none. */
  readonly left: readonly string[];
}

const ATTEMPT_MS = 1_000;
const OPEN_MS = 5_000;
/** Longest duration of a call that should be over in no time. */
const PATIENCE_MS = 4_000;

export async function observe(name: ClientName, one: Case): Promise<Observed> {
  const before = connections();
  const asked = await call(name, one, one.meets, one.maxRetries ?? 1, false);
  const probed = await call(name, one, one.meets.slice(0, 1), 0, true);
  const { attempts, requests, caller, stop } = asked;
  // fetch keeps what it has open to itself.
  const after = name === 'fetch' ? [] : await gone(() => moreThan(before, connections()));
  const left = [...asked.left, ...probed.left, ...after];
  return { attempts, requests, caller, stop, alone: probed.caller, circuit: probed.circuit, left };
}

interface Called {
  readonly attempts: string;
  readonly requests: number;
  readonly caller: string;
  readonly stop: string;
  readonly circuit: string;
  readonly left: readonly string[];
}

async function call(
  name: ClientName,
  one: Case,
  meets: readonly Fault[],
  maxRetries: number,
  asProbe: boolean,
): Promise<Called> {
  const clock = new ManualClock();
  const policy = createPolicy({
    clock,
    random: () => 0,
    keyOf: () => 'upstream',
    retry: { backoff: { kind: 'constant', baseMs: 0, throttledBaseMs: 0, jitter: 'none' } },
    breaker: { consecutiveFailures: asProbe ? 1 : 100, successesToClose: 1, openMs: OPEN_MS, maxOpenMs: OPEN_MS },
    limit: { kind: 'fixed', concurrency: 1, queue: 0, maxQueueMs: 1 },
    // Elsewhere without: clients are driven in another way if there are limits.
    timeouts: one.deaf || meets.some(({ stalls }) => stalls) ? { attemptMs: ATTEMPT_MS } : {},
  });
  const client = makeClient(name, policy);
  const upstream = await startUpstream({ ...one, ...(client.sockets && { clientSockets: client.sockets }) });
  if (one.idle !== undefined) await leaveIdle(client, upstream);
  if (asProbe) await halfOpen(policy, clock);
  upstream.meetWith(...meets);

  const attempts: string[] = [];
  policy.on('attempt', ({ verdict, status, code }) => attempts.push(`${verdict} ${status ?? code}`));
  let deafCalls = 0;
  const onConnect = (): void => {
    deafCalls += 1;
  };
  const url = one.lookup === undefined ? upstream.url : upstream.url.replace('127.0.0.1', 'upstream.test');
  for (const socket of upstream.sockets) one.idle?.(socket);
  const asking = client.ask(url, { ...one, lookup: one.lookup?.(), maxRetries, ...(one.deaf && { onConnect }) });
  const stalls = (): number => {
    const taken = upstream.takeStalls() + deafCalls;
    deafCalls = 0;
    return taken;
  };
  const { text, end } = await drive(clock, asking, stalls);

  const circuit = policy.breaker('upstream').state;
  const left = await leftBehind(policy, clock, client, upstream);
  const stop = reportOf(end)?.stopReason ?? 'no report';
  return { attempts: attempts.join(', '), requests: upstream.requests.length, caller: text, stop, circuit, left };
}

/** An idle connection, kept alive by both sides. */
async function leaveIdle(client: FaultClient, upstream: Upstream): Promise<void> {
  upstream.meetWith(fine);
  await client.ask(upstream.url, { maxRetries: 0 });
  upstream.requests.splice(0);
  await turn();
}

/** Opens the circuit and waits until it lets a probe through. */
async function halfOpen(policy: Policy, clock: ManualClock): Promise<void> {
  const lost = Object.assign(new Error('lost'), { code: 'ECONNRESET' });
  await policy.execute(() => Promise.reject(lost), { key: 'upstream', maxRetries: 0 }).catch(() => {});
  await clock.advance(OPEN_MS * 1.1);
}

/**
 * Waits for a call that goes over real sockets; lets an attempt's time run out only when the upstream has stalled it.
 */
async function drive<T>(clock: ManualClock, asking: Promise<T>, stalls: () => number): Promise<T> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  asking.then(over, over);
  const givesUpAt = performance.now() + PATIENCE_MS;
  while (!isOver) {
    if (performance.now() > givesUpAt) throw new Error('the call never ended');
    await clock.advance(stalls() > 0 ? ATTEMPT_MS : 0);
    await turn();
  }
  return asking;
}

async function leftBehind(
  policy: Policy,
  clock: ManualClock,
  client: FaultClient,
  upstream: Upstream,
): Promise<readonly string[]> {
  const { inFlight, limit } = policy.snapshot().keys.upstream ?? {};
  const held = { 'timers of the policy': clock.pending, 'calls under way': inFlight, 'places taken': limit?.inFlight };
  const left = Object.entries(held).flatMap(([what, count]) => (count === 0 ? [] : [`${what}: ${count}`]));
  // A place of a probe that was not given back would be missed here.
  const state = policy.breaker('upstream').state;
  if (state === 'half-open') await policy.execute(() => 'fine', { key: 'upstream' }).catch(() => left.push('a permit'));
  if (client.sockets === undefined) return left;
  const { sockets } = client;
  left.push(...(await gone(() => times(sockets().length, 'a socket in use'))));
  client.close();
  left.push(...(await gone(() => times(upstream.sockets.size, 'a connection at the server'))));
  return left;
}

/** Only new resources count: the test runner has timers of its own. */
function connections(): Resources {
  const { TCPSocketWrap = 0, TLSWrap = 0 } = activeResources();
  return { TCPSocketWrap, TLSWrap };
}

const MAX_TURNS = 2_000;

/** Returns what does not go away by itself soon; empty if everything does. */
async function gone(left: () => readonly string[]): Promise<readonly string[]> {
  for (let turns = 0; turns < MAX_TURNS && left().length > 0; turns += 1) await turn();
  return left();
}

const times = (count: number, what: string): readonly string[] => (count === 0 ? [] : [`${count} × ${what}`]);

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
