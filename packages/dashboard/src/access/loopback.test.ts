import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { isFromLoopback } from './loopback.js';

const request = (remoteAddress: string | undefined, headers: Record<string, string | undefined>): IncomingMessage =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;

describe('a request is from this machine', () => {
  test.each([
    ['127.0.0.1', 'localhost'],
    ['127.0.0.1', 'localhost:3000'],
    ['127.8.9.1', '127.0.0.1:3000'],
    ['::1', '[::1]:3000'],
    ['::1', '[::1]'],
    ['::ffff:127.0.0.1', 'LOCALHOST:80'],
  ])('with the peer %s and the host %s', (peer, host) => {
    expect(isFromLoopback(request(peer, { host, 'user-agent': 'x' }))).toBe(true);
  });
});

describe('a request is from another machine', () => {
  test.each([
    ['10.0.0.7'],
    ['::ffff:10.0.0.7'],
    ['fe80::1'],
    ['1.127.0.0'],
    ['127.evil'],
    ['::ffff:7f00:1x'],
    [undefined],
  ])('with the peer %s', (peer) => {
    expect(isFromLoopback(request(peer, { host: 'localhost' }))).toBe(false);
  });

  test.each([
    ['evil.example'],
    ['localhost.evil.example'],
    ['localhost.'],
    ['127.0.0.1.nip.io'],
    ['127.0.0.2'],
    ['0.0.0.0:3000'],
    ['::1'],
    ['localhost:3000:1'],
    ['localhost@evil.example'],
    [''],
    [undefined],
  ])('with the host %p', (host) => {
    expect(isFromLoopback(request('127.0.0.1', { host }))).toBe(false);
  });

  test.each([
    ['forwarded'],
    ['via'],
    ['x-forwarded-for'],
    ['x-forwarded-host'],
    ['x-forwarded-proto'],
    ['x-forwarded-anything'],
    ['X-Forwarded-For'],
  ])('with a header %s', (name) => {
    expect(isFromLoopback(request('127.0.0.1', { host: 'localhost', [name]: '' }))).toBe(false);
  });

  test('with a foreign authority of HTTP/2', () => {
    expect(isFromLoopback(request('127.0.0.1', { ':authority': 'evil.example', host: 'localhost' }))).toBe(false);
    expect(isFromLoopback(request('127.0.0.1', { ':authority': 'localhost:1', host: 'evil.example' }))).toBe(false);
    expect(isFromLoopback(request('127.0.0.1', { ':authority': 'localhost:1' }))).toBe(true);
  });
});
