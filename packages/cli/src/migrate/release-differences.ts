import type { RetryLibrary } from './find/libraries.js';
import type { Version } from './installed-version.js';

/** Behaviour of an older release that differs from the drop-in, which follows the newest one, with a remedy. */
export interface ReleaseDifference {
  readonly message: string;
  readonly advice: string;
}

/**
 * Returns the differences, taken from the releases themselves: axios-retry 3.9, 4.0 to 4.5, and retry-axios 2.6, 3.0,
 * 3.2 and 4.0.
 */
export function releaseDifferences(library: RetryLibrary, [major, minor]: Version): ReleaseDifference[] {
  const isBefore = (otherMajor: number, otherMinor: number) =>
    major < otherMajor || (major === otherMajor && minor < otherMinor);
  if (library === 'axios-retry' && isBefore(4, 2)) {
    return [
      {
        message:
          'it neither retries a 429 nor reads Retry-After; the drop-in does both, as axios-retry does from 4.2 on',
        advice: 'To leave a 429 alone, let `retryCondition` refuse it: `error.response?.status !== 429 && …`.',
      },
    ];
  }
  if (library === 'retry-axios' && isBefore(4, 0)) {
    return [
      {
        message:
          'its exponential waits are 500, 1,500, 3,500 ms whatever `retryDelay` says; those of the drop-in are 50, 150, 350 ms by default, as in retry-axios 4',
        advice: 'Set `retryDelay: 1_000` in `raxConfig` to keep the waits.',
      },
      {
        message:
          'after a failure without a response it makes two retries (`noResponseRetries`); the drop-in makes as many as `retry` says',
        advice: 'Set `retry: 2` if that matters.',
      },
    ];
  }
  return [];
}
