import { afterEach, describe, expect, test } from '@jest/globals';
import { closeLoopback } from '../../../core/test/loopback.js';
import { type ClientName, clientNames } from './clients.js';
import { type Case, type Observed, observe } from './observe.js';

/** Expectation for one fault and one client. */
interface Row extends Omit<Observed, 'left'> {
  readonly fault: string;
  readonly client: ClientName;
}

/**
 * Declares the tests of some faults by a table, a line each for one or more clients:
 *
 * - attempts: the policy's word on each attempt, and its status or code
 * - requests: how many the server got whole
 * - caller: what the caller got: a status and a body, or an error's code and status
 * - stop: why the call made no further attempt
 * - if it stays: what the caller gets of an only attempt
 * - circuit: what a half-open circuit does on that: `closed` after a success, `open` after a failure, `half-open` where
 *   it was neither
 */
export function testFaults(cases: Readonly<Record<string, Case>>, table: string): void {
  const rows = parse(table);
  afterEach(closeLoopback);

  test('every fault has its line, for axios over http and for got', () => {
    const listed = new Set(rows.map(({ fault, client }) => `${fault}: ${client}`));
    const wanted = Object.keys(cases).flatMap((fault) => [`${fault}: axios`, `${fault}: got`]);
    expect(wanted.filter((line) => !listed.has(line))).toEqual([]);
    expect(rows.filter(({ fault }) => !Object.hasOwn(cases, fault))).toEqual([]);
  });

  describe.each(clientNames)('%s', (name) => {
    test.each(rows.filter(({ client }) => client === name))('$fault', async ({ fault, client, ...expected }) => {
      expect(await observe(client, cases[fault] as Case)).toEqual({ ...expected, left: [] });
    });
  });
}

function parse(table: string): readonly Row[] {
  const lines = table.split('\n').filter((line) => line.includes('|'));
  let last = '';
  return lines.slice(1).flatMap((line) => {
    const [fault = '', clients = '', attempts = '', requests = '', caller = '', stop = '', alone = '', circuit = ''] =
      line.split('|').map((cell) => cell.trim());
    last = fault === '' ? last : fault;
    const row = { fault: last, attempts, requests: Number(requests), caller, stop, alone, circuit };
    return clients.split(' ').map((client) => ({ ...row, client: client as ClientName }));
  });
}
