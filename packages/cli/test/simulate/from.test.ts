import { afterAll, expect, test } from '@jest/globals';
import { directoryWith, inProcess } from '../migrate/breakwater.js';

const row = (key: string) => ({ policy: 'p', key, calls: 5, answered: 5, attempts: 5, p50Ms: 20, p95Ms: 60 });
const folder = directoryWith({
  'snapshot.json': JSON.stringify({ keys: [row('payments'), row('stock')] }),
  'bad.json': JSON.stringify({ keys: [{ ...row('payments'), calls: null }] }),
  'broken.json': '{',
});
afterAll(() => folder.remove());

const simulate = (...args: readonly string[]) => inProcess(folder.path, ['simulate', ...args]);

test('an outage of one key leaves the others as they were', async () => {
  const { code, stdout } = await simulate('outage', '--from', 'snapshot.json', '--key', 'payments', '--json');
  const { policies, scenario } = JSON.parse(stdout);
  expect({ code, scenario }).toEqual({ code: 0, scenario: 'outage of payments' });
  const [payments, stock] = policies[0].mean.clients;
  expect([payments.name, stock.name]).toEqual(['payments', 'stock']);
  expect(payments.success).toBeLessThan(0.6);
  expect(stock.success).toBe(1);
  const text = (await simulate('outage', '--from', 'snapshot.json', '--key', 'payments')).stdout;
  expect(text).toContain('\nAnswered, by client\n');
  expect(text.replaceAll(/\s+/g, ' ')).toContain('payments 5 calls/s p50 20 ms, p95 60 ms, 0 % of the attempts fail');
});

test.each<[string[], string]>([
  [['--from', 'bad.json'], 'bad.json: keys[0].calls must be a finite number >= 0, got null'],
  [['--from', 'broken.json'], 'broken.json must be JSON: '],
  [['--from', 'nowhere.json'], 'nowhere.json: there is no such file'],
  [['--from', 'snapshot.json'], '--key must be one of the keys with calls (payments, stock), got none'],
  [['--key', 'payments'], '--key is for --from'],
  [['--timeout', '500'], '--timeout is for --from'],
  [['--from', 'snapshot.json', '--timeout', '-1'], 'It must be a number of ms > 0'],
])('%j is refused', async (args, message) => {
  const { code, stderr, stdout } = await simulate('outage', ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});
