import { describe, expect, test } from '@jest/globals';
import { createPolicy, type PolicyOptions } from '../src/index.js';
import { ManualClock } from '../src/testing.js';

/** A policy, and a server that answers nothing until it is told to. Calls are given up after a second. */
function stalled(options: PolicyOptions = {}) {
  const clock = new ManualClock();
  const policy = createPolicy({
    clock,
    random: () => 0,
    breaker: false,
    retry: { maxRetries: 1 },
    timeouts: { attemptMs: 1_000 },
    ...options,
  });
  const server = { attempts: 0, inFlight: 0, most: 0, latencyMs: Number.POSITIVE_INFINITY };
  const request = ({ signal }: { signal: AbortSignal | undefined }): Promise<string> => {
    server.attempts += 1;
    server.inFlight += 1;
    server.most = Math.max(server.most, server.inFlight);
    return new Promise<string>((resolve) => {
      signal?.addEventListener('abort', () => {
        server.inFlight -= 1;
      });
      if (server.latencyMs === Number.POSITIVE_INFINITY) return;
      clock.schedule(() => {
        server.inFlight -= 1;
        resolve('answered');
      }, server.latencyMs);
    });
  };
  const ends: string[] = [];
  const stopReasons: string[] = [];
  policy.on('call', ({ stopReason }) => stopReasons.push(stopReason));
  const calls = (count: number, signal?: AbortSignal): void => {
    for (let made = 0; made < count; made += 1) {
      policy.execute(request, { signal }).then(
        (value) => ends.push(value),
        (error) => ends.push(error.name === 'AbortError' ? error.name : error.code),
      );
    }
  };
  /** Makes a call that is answered after that time, and five more once the server answers no more. */
  const answersAndStalls = async (latencyMs: number, afterMs = latencyMs): Promise<void> => {
    server.latencyMs = latencyMs;
    calls(1);
    await clock.advance(afterMs);
    server.latencyMs = Number.POSITIVE_INFINITY;
    calls(5);
  };
  return { policy, clock, server, calls, answersAndStalls, ends, stopReasons };
}

describe('retries of attempts that have timed out', () => {
  test('go one after another if the server has answered nothing that began later', async () => {
    const { clock, server, calls, ends } = stalled();
    calls(5);
    server.latencyMs = 100;
    await clock.advance(1_000);
    server.most = server.inFlight;

    await clock.advance(99);
    expect(server).toMatchObject({ attempts: 5 + 1, most: 1 });
    await clock.advance(401);

    expect(ends).toEqual(Array(5).fill('answered'));
    expect(server).toMatchObject({ attempts: 5 + 5, most: 1 });
  });

  test('go at once if it has quickly answered one that began later', async () => {
    const { clock, server, calls } = stalled();
    calls(5);
    await clock.advance(501);
    server.latencyMs = 100;
    calls(1);

    await clock.advance(499);

    expect(server.attempts).toBe(5 + 1 + 5);
  });

  test('wait for those before them if it has only answered earlier ones', async () => {
    const { clock, server, answersAndStalls } = stalled();
    await answersAndStalls(900, 1);

    await clock.advance(1_000);

    expect(server.attempts).toBe(1 + 5 + 1);
  });

  test('wait for those before them if it answers ever later, be it in time', async () => {
    const { clock, server, calls, answersAndStalls } = stalled();
    await answersAndStalls(100);
    await clock.advance(390);
    server.latencyMs = 600;
    calls(1);
    await clock.advance(610);

    expect(server.attempts).toBe(1 + 5 + 1 + 1);
  });

  test('go at once if it answers as usual, however late that is', async () => {
    const { clock, server, calls, answersAndStalls } = stalled();
    await answersAndStalls(600);
    await clock.advance(390);
    server.latencyMs = 600;
    calls(1);
    await clock.advance(610);

    expect(server.attempts).toBe(1 + 5 + 1 + 5);
  });

  test('are given up while that of another call is in vain', async () => {
    const { clock, server, calls, ends, stopReasons } = stalled();
    calls(2);
    await clock.advance(1_500);
    calls(3);
    await clock.advance(1_000);

    expect(server.attempts).toBe(2 + 1 + 3);
    expect(ends).toEqual(Array(5).fill('ERR_ATTEMPT_TIMEOUT'));
    expect(stopReasons.filter((reason) => reason === 'budget')).toHaveLength(4);

    server.latencyMs = 10;
    calls(1);
    await clock.advance(10);
    server.latencyMs = Number.POSITIVE_INFINITY;
    calls(1);
    await clock.advance(1_000);
    expect(server.attempts).toBe(6 + 1 + 2);
  });

  test('go on for the call that tries for all', async () => {
    const { clock, server, calls } = stalled({ retry: { maxRetries: 3, backoff: () => 0 } });
    calls(1);

    await clock.advance(4_000);

    expect(server.attempts).toBe(4);
  });

  test('go at once without a budget', async () => {
    const { clock, server, calls } = stalled({ budget: false });
    calls(5);

    await clock.advance(1_000);

    expect(server.attempts).toBe(5 + 5);
  });

  test('wait no longer than the call may take: it ends with its timeout', async () => {
    const { clock, server, calls, ends, stopReasons } = stalled({ retry: { maxRetries: 1, maxElapsedMs: 1_500 } });
    calls(3);
    await clock.advance(1_000);
    expect(ends).toEqual([]);

    await clock.advance(500);

    expect(ends).toEqual(['ERR_ATTEMPT_TIMEOUT', 'ERR_ATTEMPT_TIMEOUT']);
    expect(stopReasons).toEqual(['budget', 'budget']);
    expect(server.attempts).toBe(3 + 1);
  });

  test.each([
    ['the caller cancels', 'AbortError'],
    ['the policy is closed', 'ERR_ATTEMPT_TIMEOUT'],
  ])('wait no longer if %s', async (what, code) => {
    const { policy, clock, server, calls, ends } = stalled();
    const caller = new AbortController();
    calls(1);
    calls(2, caller.signal);
    await clock.advance(1_000);

    if (what === 'the caller cancels') caller.abort();
    else await policy.close();
    await clock.advance(0);

    expect(ends.slice(0, 2)).toEqual([code, code]);
    expect(server.attempts).toBe(3 + 1);
  });

  test('pass on their turn, however they end', async () => {
    const { clock, server, calls, ends } = stalled();
    const caller = new AbortController();
    calls(1, caller.signal);
    calls(1);
    await clock.advance(1_000);
    server.latencyMs = 10;

    caller.abort();
    await clock.advance(10);

    expect(ends).toEqual(['AbortError', 'answered']);
  });

  test('pass on their turn if a later gate refuses them', async () => {
    const { policy, clock, server, calls } = stalled({ breaker: { consecutiveFailures: 50 } });
    calls(2);
    await clock.advance(1_000);
    policy.breaker('default').open();
    await clock.advance(1_000);
    policy.breaker('default').close();
    server.latencyMs = 0;
    calls(1);
    await clock.advance(1);
    server.latencyMs = Number.POSITIVE_INFINITY;
    const before = server.attempts;
    calls(2);

    await clock.advance(1_000);

    expect(server.attempts - before).toBe(2 + 1);
  });

  test('count the wait for their turn', async () => {
    const { clock, policy, server, calls } = stalled();
    const waits: number[] = [];
    policy.on('call', ({ waitedMs }) => waits.push(waitedMs));
    server.latencyMs = Number.POSITIVE_INFINITY;
    calls(2);
    await clock.advance(1_000);
    server.latencyMs = 0;

    await clock.advance(1_000);
    await clock.advance(0);

    expect(waits).toEqual([0, 1_000]);
  });

  test('are not held back by those of another key', async () => {
    const { clock, policy, server } = stalled();
    const hang = (): Promise<never> => {
      server.attempts += 1;
      return new Promise(() => {});
    };
    for (const key of ['a', 'b', 'b']) policy.execute(hang, { key }).catch(() => {});

    await clock.advance(1_000);

    expect(server.attempts).toBe(3 + 2);
  });
});
