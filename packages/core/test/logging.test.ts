import { Writable } from 'node:stream';
import { createPolicy } from '@breakwater/core';
import { logEvents } from '@breakwater/core/logging';
import { ManualClock } from '@breakwater/core/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import bunyan from 'bunyan';
import pino from 'pino';
import winston from 'winston';

type Line = Record<string, unknown>;

/** A sink for loggers that write JSON, one object per line. */
function jsonSink(): { readonly stream: Writable; readonly lines: () => Line[] } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return {
    stream,
    lines: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line),
  };
}

/** A logger of `console`'s shape that keeps its lines. */
function memoryLogger() {
  const lines: { level: string; text: string; fields: Line }[] = [];
  const method = (level: string) => (text: string, fields: Line) => {
    lines.push({ level, text, fields });
  };
  return { lines, logger: { info: method('info'), warn: method('warn'), error: method('error') } };
}

describe('logEvents', () => {
  let clock: ManualClock;
  beforeEach(() => {
    clock = new ManualClock();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const newPolicy = () =>
    createPolicy({ name: 'billing', retry: false, breaker: { consecutiveFailures: 2 }, clock, random: () => 0 });
  const fail = () => Promise.reject(Object.assign(new Error('card 4111'), { code: 'ECONNRESET' }));
  const failTwice = async (policy: ReturnType<typeof newPolicy>, key = 'db') => {
    for (let call = 0; call < 2; call += 1) await policy.execute(fail, { key }).catch(() => undefined);
  };

  it('writes a line of pino with the fields beside the text', async () => {
    const { stream, lines } = jsonSink();
    const policy = newPolicy();
    logEvents(policy, pino(stream), { events: ['breaker'] });
    await failTwice(policy);
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 50,
        msg: 'breakwater: circuit opened',
        event: 'breaker',
        policy: 'billing',
        key: 'db',
        to: 'open',
        failureRate: 1,
        cause: { name: 'Error', code: 'ECONNRESET' },
      }),
    ]);
  });

  it('writes a line of bunyan with the fields beside the text, also of its children', async () => {
    const { stream, lines } = jsonSink();
    const policy = newPolicy();
    const logger = bunyan.createLogger({ name: 'shop', stream });
    logEvents(policy, logger, { events: ['breaker'] });
    logEvents(policy, logger.child({ part: 'billing' }), { events: ['breaker'] });
    await failTwice(policy);
    const line = { level: 50, msg: 'breakwater: circuit opened', event: 'breaker', key: 'db', failureRate: 1 };
    expect(lines()).toEqual([expect.objectContaining(line), expect.objectContaining({ ...line, part: 'billing' })]);
  });

  it('writes a line of winston with the fields beside the text', async () => {
    const { stream, lines } = jsonSink();
    const policy = newPolicy();
    const logger = winston.createLogger({ transports: [new winston.transports.Stream({ stream })] });
    logEvents(policy, logger, { events: ['breaker'] });
    await failTwice(policy);
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'error', message: 'breakwater: circuit opened', key: 'db', failureRate: 1 }),
    ]);
  });

  it('writes a warning of winston with the levels of syslog', async () => {
    const { stream, lines } = jsonSink();
    const policy = newPolicy();
    const transports = [new winston.transports.Stream({ stream })];
    const logger = winston.createLogger({ levels: winston.config.syslog.levels, transports });
    logEvents(policy, logger as never, { events: ['reject'] });
    await failTwice(policy);
    await policy.execute(fail, { key: 'db' }).catch(() => undefined);
    expect(lines()).toEqual([expect.objectContaining({ level: 'warning', message: 'breakwater: attempt refused' })]);
  });

  it('writes to console', async () => {
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const policy = newPolicy();
    logEvents(policy, console, { events: ['breaker'] });
    await failTwice(policy);
    expect(error).toHaveBeenCalledWith('breakwater: circuit opened', expect.objectContaining({ key: 'db' }));
  });

  it('bounds the lines of an outage, and counts the omitted ones', async () => {
    const { logger, lines } = memoryLogger();
    const policy = newPolicy();
    logEvents(policy, logger, { events: ['reject'], linesPerMinute: 3 });
    await failTwice(policy);
    for (let call = 0; call < 1_000; call += 1) await policy.execute(fail, { key: 'db' }).catch(() => undefined);
    expect(lines).toHaveLength(3);
    policy.breaker('db').open();
    await clock.advance(60_000);
    policy.breaker('db').open();
    await policy.execute(fail, { key: 'db' }).catch(() => undefined);
    expect(lines.slice(3)).toEqual([
      {
        level: 'warn',
        text: 'breakwater: lines left out',
        fields: { event: 'reject', policy: 'billing', key: 'db', leftOut: 997 },
      },
      expect.objectContaining({ text: 'breakwater: attempt refused' }),
    ]);
  });

  it('writes a circuit that is opened by hand', () => {
    const { logger, lines } = memoryLogger();
    const policy = newPolicy();
    logEvents(policy, logger, { events: ['breaker'] });
    policy.breaker('db').open();
    expect(lines).toEqual([expect.objectContaining({ level: 'error', text: 'breakwater: circuit opened by hand' })]);
  });

  it('writes the number of omitted lines and then no more lines when it is removed', async () => {
    const { logger, lines } = memoryLogger();
    const policy = newPolicy();
    const undo = logEvents(policy, logger, { events: ['reject'], linesPerMinute: 1 });
    await failTwice(policy);
    for (let call = 0; call < 5; call += 1) await policy.execute(fail, { key: 'db' }).catch(() => undefined);
    undo();
    undo();
    await policy.execute(fail, { key: 'db' }).catch(() => undefined);
    expect(lines.map(({ fields }) => fields.leftOut)).toEqual([undefined, 4]);
  });

  it('bounds the lines of a great number of keys', async () => {
    const { logger, lines } = memoryLogger();
    const policy = newPolicy();
    logEvents(policy, logger, { events: ['control'], linesPerMinute: 1 });
    for (let key = 0; key < 1_500; key += 1) policy.breaker(`key-${key}`).open({ by: 'alice' });
    expect(lines).toHaveLength(1_001);
  });

  it('never writes the message of an error, nor the credentials or the query of a key', async () => {
    const { logger, lines } = memoryLogger();
    const policy = newPolicy();
    logEvents(policy, logger);
    await failTwice(policy, 'https://user:secret@api.test/a?token=secret');
    await failTwice(policy, '/orders?token=secret');
    await failTwice(policy, 'tenant#7');
    const text = JSON.stringify(lines);
    expect(text).toContain('https://api.test/a');
    expect(text).toContain('tenant#7');
    expect(text).not.toMatch(/secret|token|4111/);
  });

  it('never fails a call when the logger throws or rejects', async () => {
    const policy = newPolicy();
    const rejects = () => Promise.reject(new Error('disk full'));
    const throws = () => {
      throw new Error('disk full');
    };
    logEvents(policy, { info: rejects, warn: rejects, error: rejects });
    logEvents(policy, { info: throws, warn: throws, error: throws });
    await failTwice(policy);
    await expect(policy.execute(fail, { key: 'db' })).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    await expect(policy.execute(() => Promise.resolve('well'), { key: 'other' })).resolves.toBe('well');
  });

  it('handles the rejection of a logger', () => {
    const policy = newPolicy();
    const returned = Promise.resolve();
    const then = jest.spyOn(returned, 'then');
    const returns = () => returned;
    logEvents(policy, { info: returns, warn: returns, error: returns }, { events: ['breaker'] });
    policy.breaker('db').open();
    expect(then).toHaveBeenCalledWith(undefined, expect.any(Function));
  });

  it('names an invalid logger and an invalid option', () => {
    const policy = newPolicy();
    const { logger } = memoryLogger();
    expect(() => logEvents(policy, null as never)).toThrow("logger must have a method 'info'");
    expect(() => logEvents(policy, { info() {}, error() {} })).toThrow("logger must have a method 'warn' or 'warning'");
    expect(() => logEvents(policy, logger, { linesPerMinute: 0 })).toThrow(
      'linesPerMinute must be an integer >= 1, got 0',
    );
    expect(() => logEvents(policy, logger, { events: ['call' as never] })).toThrow(
      /^events must be a list of .*"call"$/,
    );
    expect(() => logEvents(policy, logger, { order: 'x' as never })).toThrow("order must be 'fields-first'");
  });
});
