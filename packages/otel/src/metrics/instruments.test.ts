import { describe, expect, it, test } from '@jest/globals';
import { type Instrument, instruments, observableNames } from './instruments.js';

const all = Object.entries(instruments) as [string, Instrument][];

describe.each(all)('%s', (name, { kind, unit, buckets, description }) => {
  it('has a name by the conventions of OpenTelemetry: a namespace, no unit, no total', () => {
    expect(name).toMatch(/^breakwater(\.[a-z]+(_[a-z]+)*)+$/);
    expect(name).not.toMatch(/seconds|total|count$/);
  });

  it('has a unit of UCUM: seconds, or the counted thing in the singular', () => {
    expect(unit).toMatch(/^(s|\{[a-z]+\})$/);
    expect(unit).not.toMatch(/s\}$/);
  });

  it('has buckets in ascending order if it is a histogram', () => {
    expect(buckets !== undefined).toBe(kind === 'histogram');
    expect([...(buckets ?? [])].sort((a, b) => a - b)).toEqual(buckets ?? []);
    expect(description).toMatch(/^[A-Z0-9].*\.$/);
  });
});

test('observable metrics are those that are read', () => {
  const read = all.filter(([, { kind }]) => kind.startsWith('observable')).map(([name]) => name);
  expect(observableNames).toEqual(read);
});
