import { expect, test } from '@jest/globals';
import { transitionText } from './words.js';

const counts = { calls: 20, failures: 12, slow: 0 };
const opened = { from: 'closed', to: 'open', why: 'failure-rate', counts, openForMs: 2_000 } as const;

test('a line of the log names the failure that opened the circuit, or the last one that was seen', () => {
  const cause = { name: 'HTTPError', code: undefined, status: 502 };
  expect(transitionText({ ...opened, cause }, 'ECONNRESET')).toBe(
    'Open for 2.0 s: 12 of 20 attempts failed (60 %, the last one with 502)',
  );
  expect(transitionText(opened, 'ECONNRESET')).toContain('the last one with ECONNRESET');
  const probe = { ...opened, from: 'half-open', why: 'probe-failed', cause } as const;
  expect(transitionText(probe)).toBe('Still open: a probe failed with 502');
});
