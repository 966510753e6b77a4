import { type CallerHost, type PolicyChoice, type RetryRules, retryingCaller } from '@breakwater/simulator';

/** A choice of policy that retries by rules, made anew for each process. */
function by(rules: (host: CallerHost) => RetryRules): PolicyChoice {
  return (host) => retryingCaller(host.clock, rules(host));
}

/** So many retries, at once. */
export function immediateRetries(retries: number): PolicyChoice {
  return by(() => ({ delayMs: ({ attempt }) => (attempt <= retries ? 0 : undefined) }));
}

/** So many retries, after waits that are uniform in 0..baseMs·2ⁿ. */
export function fullJitter(retries: number, baseMs: number): PolicyChoice {
  return by(({ random }) => ({
    delayMs: ({ attempt }) => (attempt <= retries ? random() * baseMs * 2 ** (attempt - 1) : undefined),
  }));
}

/** So many retries, after waits of baseMs·2ⁿ. */
export function exponential(retries: number, baseMs: number): PolicyChoice {
  return by(() => ({ delayMs: ({ attempt }) => (attempt <= retries ? baseMs * 2 ** (attempt - 1) : undefined) }));
}

/** A bucket of 5 tokens, full at first; each call adds 0.1, a retry takes 1 of more than 1. */
export function adaptiveRetries(): PolicyChoice {
  return by(() => {
    let tokens = 5;
    return {
      callBegan: () => {
        tokens = Math.min(5, tokens + 0.1);
      },
      delayMs: () => {
        if (tokens <= 1) return undefined;
        tokens -= 1;
        return 0;
      },
    };
  });
}

/** Three retries, and none while more than a tenth of all requests of this client have failed. */
export function lifetimeBreaker(): PolicyChoice {
  return by(() => {
    let [requests, failures] = [0, 0];
    return {
      delayMs: ({ attempt }) => {
        requests += 1;
        failures += 1;
        return attempt <= 3 && failures / requests <= 0.1 ? 0 : undefined;
      },
      answered: () => {
        requests += 1;
      },
    };
  });
}

/** One retry, at once, and no more than so many a second of all calls. */
export function limitedRetry(perSecond: number): PolicyChoice {
  return by(({ clock }) => {
    let freeAtMs = 0;
    return {
      delayMs: ({ attempt }) => {
        if (attempt > 1 || clock.now() < freeAtMs) return undefined;
        freeAtMs = Math.max(freeAtMs, clock.now() - 1_000 / perSecond) + 1_000 / perSecond;
        return 0;
      },
    };
  });
}
