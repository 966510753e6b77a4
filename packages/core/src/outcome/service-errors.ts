import { isObject, peek } from '../untrusted/safe-read.js';
import type { ErrorKind } from './error-kind.js';
import { isTelling } from './network-codes.js';
import { nodeServiceKind } from './node-services.js';

/**
 * Reads the error of a client for another service than HTTP: gRPC, the AWS SDK, SQL databases, MongoDB, Kafka or Redis.
 * Undefined for any other error. Never throws.
 */
export function serviceErrorKind(error: object): ErrorKind | undefined {
  return grpcKind(error) ?? awsKind(error) ?? sqlKind(error) ?? nodeServiceKind(error);
}

/** Meanings of gRPC's status numbers. All others are final answers of a server that is alive. */
const GRPC_KINDS: ReadonlyMap<unknown, ErrorKind> = new Map([
  [1, 'final'], // CANCELLED: often by this side
  [2, 'broken'], // UNKNOWN
  [4, 'lost'], // DEADLINE_EXCEEDED
  [8, 'throttled'], // RESOURCE_EXHAUSTED
  [13, 'broken'], // INTERNAL
  [14, 'lost'], // UNAVAILABLE
  [15, 'broken'], // DATA_LOSS
]);

/**
 * Reads errors of gRPC. `code` is a number, with `details` and `metadata` (@grpc/grpc-js, google-gax) or `details` and
 * `path` (nice-grpc).
 */
function grpcKind(error: object): ErrorKind | undefined {
  const code = peek(error, 'code');
  if (!Number.isInteger(code) || (code as number) < 1 || (code as number) > 16) return undefined;
  const isTyped = typeof peek(error, 'metadata') === 'object' || typeof peek(error, 'path') === 'string';
  const isWorded = peek(error, 'details') !== undefined || peek(error, 'rawMessage') !== undefined;
  return isTyped && isWorded ? (GRPC_KINDS.get(code) ?? 'answered') : undefined;
}

/** Names of throttling errors that come with status 400 and, in some releases of the SDK, without `$retryable`. */
const AWS_THROTTLED =
  /^(?:Throttl|RequestThrottled|ProvisionedThroughputExceeded|RequestLimitExceeded|BandwidthLimitExceeded|TooManyRequests|LimitExceeded|SlowDown|EC2Throttled|PriorRequestNotComplete|TransactionInProgress)/;

/** Reads errors of the AWS SDK: `$metadata.httpStatusCode`, and `$retryable` if the service's model has it. */
function awsKind(error: object): ErrorKind | undefined {
  const metadata = peek(error, '$metadata');
  const retryable = peek(error, '$retryable');
  const name = peek(error, 'name');
  if (typeof name !== 'string' || (!isObject(metadata) && !isObject(retryable))) return undefined;
  const status = peek(metadata, 'httpStatusCode');
  if (peek(retryable, 'throttling') === true || status === 429) return 'throttled';
  if (AWS_THROTTLED.test(name)) return 'throttled';
  if (typeof status === 'number' && (status >= 500 || status === 408)) {
    return isObject(retryable) || TRANSIENT_STATUSES.has(status) ? 'lost' : 'broken';
  }
  if (isObject(retryable)) return 'contended';
  // Without a status there was no answer: its code or its cause names what happened.
  return typeof status === 'number' && status >= 400 ? 'answered' : undefined;
}

const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Retryable SQLSTATE classes. Two digits come first, so that no code of Node's (`EPIPE`) matches. */
const RETRYABLE_CLASS = /^(?:08...|53...|57P0.|40001|40P01)$/;

/** MySQL's own codes and those of its clients, for errors whose SQLSTATE is too general. */
const MYSQL_KINDS: ReadonlyMap<unknown, ErrorKind> = new Map([
  ['ER_LOCK_WAIT_TIMEOUT', 'contended'],
  ['ER_CON_COUNT_ERROR', 'lost'],
  ['ER_TOO_MANY_USER_CONNECTIONS', 'lost'],
  ['ER_SERVER_SHUTDOWN', 'lost'],
  ['PROTOCOL_CONNECTION_LOST', 'lost'],
  ['ER_GET_CONNECTION_TIMEOUT', 'lost'],
]);

/** Messages of `pg` without a code. */
const PG_MESSAGES: ReadonlySet<unknown> = new Set([
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Query read timeout',
]);

/**
 * Reads errors of SQL clients: SQLSTATE in `code` with a `severity` (pg, postgres.js), or in `sqlState` (mysql2,
 * mariadb).
 */
function sqlKind(error: object): ErrorKind | undefined {
  const code = peek(error, 'code');
  const mysql = MYSQL_KINDS.get(code);
  if (mysql !== undefined) return mysql;
  if (code === undefined && PG_MESSAGES.has(peek(error, 'message'))) return 'lost';
  const sqlState = peek(error, 'sqlState');
  const state = typeof sqlState === 'string' ? sqlState.replace(/^#/, '') : code;
  if (typeof state !== 'string' || !SQLSTATE.test(state)) return undefined;
  if (RETRYABLE_CLASS.test(state)) return state.startsWith('40') ? 'contended' : 'lost';
  // mariadb gives the general `HY000` to failed connections, too.
  if (typeof code === 'string' && isTelling(code)) return undefined;
  const isSql = typeof sqlState === 'string' || typeof peek(error, 'severity') === 'string';
  return isSql ? 'answered' : undefined;
}
