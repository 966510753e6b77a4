import { describe, expect, it } from '@jest/globals';
import { serviceErrorKind } from './service-errors.js';

const kindOf = (traits: object) => serviceErrorKind(Object.assign(new Error('oops'), traits));

describe('an error of gRPC', () => {
  it.each([
    [1, 'final'],
    [14, 'lost'],
    [16, 'answered'],
    [0, undefined],
    [17, undefined],
    [14.5, undefined],
  ])('with code %d is %s', (code, kind) => {
    expect(kindOf({ code, details: 'x', metadata: {} })).toBe(kind);
  });

  it.each([
    [{ details: '', path: '/s/m' }, 'lost'],
    [{ rawMessage: 'x', metadata: {} }, 'lost'],
    [{ details: 'x' }, undefined],
    [{ rawMessage: 'x', path: 5 }, undefined],
    [{ metadata: {} }, undefined],
    [{ path: '/s/m' }, undefined],
  ])('is read by its type and message: %j is %s', (traits, kind) => {
    expect(kindOf({ code: 14, ...traits })).toBe(kind);
  });
});

describe('an error of the AWS SDK', () => {
  const status = (httpStatusCode: unknown) => ({ name: 'Failed', $metadata: { httpStatusCode } });

  it.each([
    [408, 'lost'],
    [429, 'throttled'],
    [500, 'lost'],
    [501, 'broken'],
    [400, 'answered'],
    [404, 'answered'],
    [399, undefined],
    ['500', undefined],
    [undefined, undefined],
  ])('with status %p is %s', (code, kind) => {
    expect(kindOf(status(code))).toBe(kind);
  });

  it.each([
    [{ $retryable: { throttling: true } }, 'throttled'],
    [{ $retryable: { throttling: false } }, 'contended'],
    [{ $retryable: {} }, 'contended'],
    [{ ...status(501), $retryable: {} }, 'lost'],
    [{ ...status(400), name: 'ThrottlingException' }, 'throttled'],
    [{ ...status(503), name: 5 }, undefined],
    [{ $retryable: true }, undefined],
    [{ $metadata: 'x' }, undefined],
  ])('may be retryable by its service: %j is %s', (traits, kind) => {
    expect(kindOf({ name: 'Failed', ...traits })).toBe(kind);
  });
});

it.each([
  [{ message: 'timeout expired' }, 'lost'],
  [{ message: 'timeout expired', code: 'OTHER' }, undefined],
  [{ sqlState: '#08S01' }, 'lost'],
  [{ sqlState: '##08S' }, undefined],
  [{ sqlState: '40001' }, 'contended'],
  [{ sqlState: '23505' }, 'answered'],
  [{ code: '23505', severity: 'ERROR' }, 'answered'],
  [{ code: '23505' }, undefined],
  [{ code: 'ER_LOCK_WAIT_TIMEOUT' }, 'contended'],
])('an error of a database, %j, is %s', (traits, kind) => {
  expect(kindOf(traits)).toBe(kind);
});

it.each([
  [{ name: 'Other', errorLabels: ['RetryableWriteError'] }, 'lost'],
  [{ name: 'MongoServerError', errorLabels: ['TransientTransactionError'], code: 112 }, 'contended'],
  [{ name: 'MongoServerError', errorLabels: ['SystemOverloadedError'] }, 'throttled'],
  [{ name: 'MongoServerError', errorLabels: [] }, 'answered'],
  [{ name: 'MongoBulkWriteError' }, 'answered'],
  [{ name: 'MongoNetworkError' }, 'lost'],
  [{ name: 'MongoParseError' }, undefined],
  [{ name: 'MyMongoNetworkError' }, undefined],
  [{ name: ['MongoNetworkError'] }, undefined],
  [{ name: ['MongoNetworkError'], errorLabels: ['Other'] }, undefined],
])('an error of MongoDB, %j, is %s', (traits, kind) => {
  expect(kindOf(traits)).toBe(kind);
});

it.each([
  [{ retriable: true, name: 'KafkaJSConnectionError' }, 'lost'],
  [{ retriable: true, name: 'KafkaJSRequestTimeoutError' }, 'lost'],
  [{ retriable: true, name: 'KafkaJSProtocolError' }, 'contended'],
  [{ retriable: true, name: 'KafkaJSNumberOfRetriesExceeded' }, 'contended'],
  [{ retriable: true, name: ['Connection'] }, 'contended'],
  [{ retriable: false, name: 'KafkaJSProtocolError' }, 'answered'],
  [{ retriable: false, name: 'KafkaJSConnectionError' }, 'final'],
  [{ retriable: 'yes', name: 'KafkaJSConnectionError' }, undefined],
])('an error of Kafka, %j, is %s', (traits, kind) => {
  expect(kindOf(traits)).toBe(kind);
});
