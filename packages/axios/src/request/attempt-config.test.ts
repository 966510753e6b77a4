import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import type { RequestConfig } from '../axios-types.js';
import { copyConfig, copyHeaders, sentHeader, setHeader } from './attempt-config.js';

describe('copyConfig', () => {
  test('keeps the prototype, hidden properties and getters, and shares no headers', () => {
    const config = Object.create({ inherited: 'yes' }, { hidden: { value: 'yes' } }) as RequestConfig;
    Object.assign(config, { url: '/', headers: { a: '1' } });

    const copy = copyConfig(config, config.headers);

    expect(copy).toMatchObject({ inherited: 'yes', hidden: 'yes', url: '/', headers: { a: '1' } });
    expect(copy.headers).not.toBe(config.headers);
  });

  test('keeps a null prototype', () => {
    const config = Object.assign(Object.create(null), { headers: {} }) as RequestConfig;

    expect(Object.getPrototypeOf(copyConfig(config, config.headers))).toBeNull();
  });
});

describe('copyHeaders', () => {
  test('keeps what makes them AxiosHeaders', () => {
    const headers = new axios.AxiosHeaders({ 'X-A': '1', 'X-B': ['2', '3'], get: 'a header of that name' });
    const copy = copyHeaders(headers as unknown as Record<string, unknown>) as unknown as typeof headers;

    copy.set('x-a', 'changed');

    expect(copy).toBeInstanceOf(axios.AxiosHeaders);
    expect(copy.toJSON()).toEqual({ 'X-A': 'changed', 'X-B': ['2', '3'], Get: 'a header of that name' });
    expect(headers.get('X-A')).toBe('1');
  });
});

describe('sentHeader', () => {
  test.each([
    [{ 'idempotency-KEY': 'a' }, 'a'],
    [{ 'Idempotency-Key': 7 }, '7'],
    [{ 'Idempotency-Key': null }, undefined],
    [{ 'Idempotency-Key': false }, undefined],
    [{ 'Idempotency-Key': '' }, undefined],
    [{}, undefined],
  ])('of %j is %j', (headers, expected) => {
    expect(sentHeader(headers, 'Idempotency-Key')).toBe(expected);
  });
});

describe('setHeader', () => {
  test('replaces one whose name differs in case alone, and adds one otherwise', () => {
    const headers: Record<string, unknown> = { 'X-a': '1' };

    setHeader(headers, 'x-A', '2');
    setHeader(headers, 'X-B', '3');

    expect(headers).toEqual({ 'X-a': '2', 'X-B': '3' });
  });
});
