import { describe, expect, it } from '@jest/globals';
import { Series } from './series.js';

describe('the attributes of a key', () => {
  it.each([
    ['https://api.example.com', 'api.example.com', 443],
    ['http://10.0.0.1:8080', '10.0.0.1', 8080],
    ['http://[::1]', '[::1]', 80],
  ])('name the server of %s', (key, address, port) => {
    expect(new Series().ofKey('billing', key)).toEqual({
      'breakwater.policy': 'billing',
      'breakwater.key': key,
      'server.address': address,
      'server.port': port,
    });
  });

  it.each(['default', 'db', 'https://', 'tenant:7', 'http:'])('name no server for %s', (key) => {
    expect(new Series().ofKey('billing', key)).toEqual({ 'breakwater.policy': 'billing', 'breakwater.key': key });
  });

  it('have no credentials and no query of a key', () => {
    const attributes = new Series().ofKey('billing', 'https://user:hunter2@a.example/path?token=hunter2#hunter2');
    expect(attributes['breakwater.key']).toBe('https://a.example/path');
    expect(JSON.stringify(attributes)).not.toContain('hunter2');
  });

  it('are at most a hundred different ones for each policy', () => {
    const series = new Series();
    const keys = (policy: string) =>
      new Set(Array.from({ length: 5_000 }, (_, index) => series.ofKey(policy, `key-${index}`)['breakwater.key']));
    for (const policy of ['a', 'b']) {
      expect(keys(policy).size).toBe(101);
      expect(keys(policy)).toContain('key-99');
      expect(keys(policy)).toContain('_OTHER');
    }
  });

  it('name at most a hundred policies', () => {
    const series = new Series();
    const names = Array.from({ length: 300 }, (_, index) => series.ofKey(`p-${index}`, 'k')['breakwater.policy']);
    expect(new Set(names).size).toBe(101);
    expect(series.ofPolicy('p-299')).toEqual({ 'breakwater.policy': '_OTHER' });
  });
});

describe('a type of error', () => {
  it('is the status, else the code', () => {
    const series = new Series();
    expect(series.errorType(503, 'ERR_BAD_RESPONSE')).toBe('503');
    expect(series.errorType(undefined, 'ECONNRESET')).toBe('ECONNRESET');
    expect(series.errorType(undefined, undefined)).toBe('_OTHER');
  });

  it('is one of a hundred codes', () => {
    const series = new Series();
    const types = Array.from({ length: 1_000 }, (_, index) => series.errorType(undefined, `E${index}`));
    expect(new Set(types).size).toBe(101);
  });
});
