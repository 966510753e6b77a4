import { describe, expect, it, test } from '@jest/globals';
import { type Instrument, instruments, observableNames } from './instruments.js';

const all = Object.entries(instruments) as [string, Instrument][];

describe.each(all)('%s', (name, { kind, unit, buckets, description }) => {
  it('is named as the conventions of OpenTelemetry say: a namespace, no unit, no total', () => {
    expect(name).toMatch(/^breakwater(\.[a-z]+(_[a-z]+)*)+$/);
    expect(name).not.toMatch(/seconds|total|count$/);
  });

  it('has a unit of UCUM: seconds, or what is counted in the singular', () => {
    expect(unit).toMatch(/^(s|\{[a-z]+\})$/);
    expect(unit).not.toMatch(/s\}$/);
  });

  it('has buckets if it is a histogram, in ascending order', () => {
    expect(buckets !== undefined).toBe(kind === 'histogram');
    expect([...(buckets ?? [])].sort((a, b) => a - b)).toEqual(buckets ?? []);
    expect(description).toMatch(/^[A-Z0-9].*\.$/);
  });
});

test('observable metrics are those that are read', () => {
  const read = all.filter(([, { kind }]) => kind.startsWith('observable')).map(([name]) => name);
  expect(observableNames).toEqual(read);
});
