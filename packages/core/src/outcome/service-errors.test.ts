import { describe, expect, it } from '@jest/globals';
import { outcomeOfError } from './outcome.js';
import { healthOf, verdictOf } from './verdict.js';

const STATUSES = new Set([429, 503]);

/** An error with the fields that its client gives it. */
function error(name: string, fields: object, cause?: unknown): Error {
  return Object.assign(new Error('failed', cause === undefined ? undefined : { cause }), { name }, fields);
}

// The shapes are those of @grpc/grpc-js 1, nice-grpc 2, AWS SDK 3, pg 8, postgres 3, mysql2 3, mariadb 3, mongodb 6 and
// 7, kafkajs 2, ioredis 5 and redis 5.
const grpc = (code: number) =>
  error('Error', { code, details: 'why', metadata: { internalRepr: new Map(), options: {} } });
const aws = (name: string, status: number | undefined, retryable?: object) =>
  error(name, {
    $fault: 'client',
    $response: undefined,
    $retryable: retryable,
    $metadata: { httpStatusCode: status, attempts: 1, totalRetryDelay: 0 },
  });
const pg = (code: string) => error('error', { code, length: 10, severity: 'ERROR', routine: 'exec_simple_query' });
const mysql = (code: string, errno: number, sqlState: string) =>
  error('Error', { code, errno, sqlState, sqlMessage: 'x' });
const mongo = (name: string, labels: string[], fields: object = {}) => error(name, { errorLabels: labels, ...fields });
const mariadb = (code: string, errno: number, cause?: unknown) =>
  error('SqlError', { code, errno, sqlState: 'HY000', fatal: true, sqlMessage: 'x' }, cause);
const kafka = (name: string, retriable: boolean, fields: object = {}) =>
  error(name, { retriable, helpUrl: undefined, ...fields });
const kafkaGaveUp = (cause: unknown) =>
  kafka('KafkaJSNumberOfRetriesExceeded', false, { retryCount: 5, retryTime: 9_000, cause });
const ioredis = (message: string) => error('ReplyError', { message, command: { name: 'get', args: [] } });
class ErrorReply extends Error {}
class SimpleError extends ErrorReply {}

describe('an error that shows its own kind', () => {
  it.each<[string, unknown, string, string]>([
    ['gRPC 14 UNAVAILABLE', grpc(14), 'transient', 'failure'],
    ['gRPC 4 DEADLINE_EXCEEDED', grpc(4), 'transient', 'failure'],
    ['gRPC 8 RESOURCE_EXHAUSTED', grpc(8), 'throttled', 'neither'],
    ['gRPC 1 CANCELLED', grpc(1), 'permanent', 'neither'],
    ['gRPC 3 INVALID_ARGUMENT', grpc(3), 'permanent', 'success'],
    ['gRPC 5 NOT_FOUND', grpc(5), 'permanent', 'success'],
    ['gRPC 13 INTERNAL', grpc(13), 'permanent', 'failure'],
    ['gRPC 14 of nice-grpc', error('ClientError', { code: 14, details: 'why', path: '/a/b' }), 'transient', 'failure'],
    ['AWS with 503', aws('ServiceUnavailable', 503), 'transient', 'failure'],
    ['AWS with 500', aws('InternalServerError', 500, {}), 'transient', 'failure'],
    ['AWS with 501', aws('NotImplemented', 501), 'permanent', 'failure'],
    ['AWS with 429', aws('TooManyRequestsException', 429), 'throttled', 'neither'],
    ['AWS $retryable.throttling', aws('LimitExceeded', 400, { throttling: true }), 'throttled', 'neither'],
    ['AWS $retryable', aws('ConflictException', 409, {}), 'transient', 'success'],
    ['AWS throttling without $retryable', aws('ThrottlingException', 400), 'throttled', 'neither'],
    ['AWS throughput', aws('ProvisionedThroughputExceededException', 400), 'throttled', 'neither'],
    ['AWS with 404', aws('ResourceNotFoundException', 404), 'permanent', 'success'],
    ['AWS without an answer', Object.assign(aws('Error', undefined), { code: 'ECONNRESET' }), 'transient', 'failure'],
    ['SQLSTATE 08006', pg('08006'), 'transient', 'failure'],
    ['SQLSTATE 53300', pg('53300'), 'transient', 'failure'],
    ['SQLSTATE 57P01', pg('57P01'), 'transient', 'failure'],
    ['SQLSTATE 57P03', pg('57P03'), 'transient', 'failure'],
    ['SQLSTATE 40001', pg('40001'), 'transient', 'success'],
    ['SQLSTATE 40P01', pg('40P01'), 'transient', 'success'],
    ['SQLSTATE 57014', pg('57014'), 'permanent', 'success'],
    ['SQLSTATE 23505', pg('23505'), 'permanent', 'success'],
    ['pg without a code', error('Error', { message: 'Connection terminated unexpectedly' }), 'transient', 'failure'],
    ['MySQL deadlock', mysql('ER_LOCK_DEADLOCK', 1213, '40001'), 'transient', 'success'],
    ['MySQL lock wait', mysql('ER_LOCK_WAIT_TIMEOUT', 1205, 'HY000'), 'transient', 'success'],
    ['MySQL too many connections', mysql('ER_CON_COUNT_ERROR', 1040, '08004'), 'transient', 'failure'],
    ['MySQL duplicate', mysql('ER_DUP_ENTRY', 1062, '23000'), 'permanent', 'success'],
    ['MySQL lost', error('Error', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }), 'transient', 'failure'],
    [
      'Mongo RetryableWriteError',
      mongo('MongoServerError', ['RetryableWriteError'], { code: 10107 }),
      'transient',
      'failure',
    ],
    [
      'Mongo write conflict',
      mongo('MongoServerError', ['TransientTransactionError'], { code: 112 }),
      'transient',
      'success',
    ],
    ['Mongo network', mongo('MongoNetworkError', []), 'transient', 'failure'],
    ['Mongo selection', mongo('MongoServerSelectionError', []), 'transient', 'failure'],
    [
      'Mongo overloaded',
      mongo('MongoServerError', ['SystemOverloadedError', 'RetryableError']),
      'throttled',
      'neither',
    ],
    ['Mongo duplicate', mongo('MongoServerError', [], { code: 11000 }), 'permanent', 'success'],
    ['Mongo misuse', mongo('MongoInvalidArgumentError', []), 'permanent', 'neither'],
    ['Kafka connection', kafka('KafkaJSConnectionError', true, { code: 'ECONNREFUSED' }), 'transient', 'failure'],
    ['Kafka timeout', kafka('KafkaJSRequestTimeoutError', true), 'transient', 'failure'],
    [
      'Kafka leader',
      kafka('KafkaJSProtocolError', true, { type: 'NOT_LEADER_FOR_PARTITION', code: 6 }),
      'transient',
      'success',
    ],
    [
      'Kafka refused',
      kafka('KafkaJSProtocolError', false, { type: 'TOPIC_AUTHORIZATION_FAILED' }),
      'permanent',
      'success',
    ],
    ['Kafka final', kafka('KafkaJSNonRetriableError', false), 'permanent', 'neither'],
    [
      'Kafka gave up on a connection',
      kafkaGaveUp(kafka('KafkaJSConnectionError', true, { code: 'ECONNREFUSED' })),
      'permanent',
      'failure',
    ],
    [
      'Kafka gave up on a leader',
      kafkaGaveUp(kafka('KafkaJSProtocolError', true, { type: 'LEADER_NOT_AVAILABLE' })),
      'permanent',
      'success',
    ],
    ['Kafka gave up on an unknown error', kafkaGaveUp(new Error('bug')), 'permanent', 'neither'],
    ['MariaDB refused', mariadb('ECONNREFUSED', -111), 'transient', 'failure'],
    ['MariaDB pool', mariadb('ER_GET_CONNECTION_TIMEOUT', 45028), 'transient', 'failure'],
    [
      'MariaDB pool with a cause',
      mariadb('ER_GET_CONNECTION_TIMEOUT', 45028, mariadb('ECONNRESET', -104)),
      'transient',
      'failure',
    ],
    ['MariaDB general error', mariadb('ER_OPTION_PREVENTS_STATEMENT', 1290), 'permanent', 'success'],
    [
      'postgres.js timeout',
      error('Error', { code: 'CONNECT_TIMEOUT', errno: 'CONNECT_TIMEOUT' }),
      'transient',
      'failure',
    ],
    [
      'postgres.js closed',
      error('Error', { code: 'CONNECTION_CLOSED', errno: 'CONNECTION_CLOSED' }),
      'transient',
      'failure',
    ],
    ['ioredis without a connection', error('MaxRetriesPerRequestError', {}), 'transient', 'failure'],
    ['ioredis closed', error('Error', { message: 'Connection is closed.' }), 'transient', 'failure'],
    ['ioredis slow', error('Error', { message: 'Command timed out' }), 'transient', 'failure'],
    ['Redis loading', ioredis('LOADING Redis is loading the dataset in memory'), 'transient', 'failure'],
    ['Redis without its cluster', new SimpleError('CLUSTERDOWN The cluster is down'), 'transient', 'failure'],
    [
      'Redis read-only',
      new SimpleError("READONLY You can't write against a read only replica."),
      'transient',
      'success',
    ],
    ['Redis wrong type', ioredis('WRONGTYPE Operation against a key'), 'permanent', 'success'],
    ['redis offline', error('Error', { message: 'The client is offline' }), 'transient', 'failure'],
    ['redis closed', error('Error', { message: 'Socket closed unexpectedly' }), 'transient', 'failure'],
  ])('%s', (_what, failure, verdict, health) => {
    for (const given of [failure, new Error('wrapped', { cause: failure })]) {
      const outcome = outcomeOfError(given);
      expect([verdictOf(outcome, STATUSES), healthOf(outcome)]).toEqual([verdict, health]);
    }
  });

  it.each<[string, unknown]>([
    ['a number that is no status of gRPC', error('Error', { code: 14 })],
    ['a code of five letters', error('Error', { code: 'EOOPS' })],
    ['five digits without a severity', error('Error', { code: '23505' })],
    ['metadata of something else', error('Error', { metadata: {}, details: 'x', code: 99 })],
    ['nothing at all', new Error('bug')],
    ['words of a reply in another error', new Error('LOADING Redis is loading the dataset in memory')],
    ['words of a connection within others', new Error('why: Connection is closed.')],
    [
      'a getter that throws',
      Object.defineProperty(new Error(), 'errorLabels', {
        get: () => {
          throw new Error();
        },
      }),
    ],
  ])('does not recognise %s', (_what, failure) => {
    const outcome = outcomeOfError(failure);
    expect([verdictOf(outcome, STATUSES), healthOf(outcome)]).toEqual(['permanent', 'neither']);
  });

  it('uses the outermost code that is known', () => {
    const outcome = outcomeOfError(Object.assign(new Error('x', { cause: grpc(3) }), { code: 'ECONNRESET' }));
    expect(verdictOf(outcome, STATUSES)).toBe('transient');
  });
});
