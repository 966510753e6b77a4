import { isObject, peek, peekList } from '../untrusted/safe-read.js';
import type { ErrorKind } from './error-kind.js';
import { isTelling } from './network-codes.js';

/**
 * Reads the error of a client for another service than HTTP: gRPC, the AWS SDK, SQL databases, MongoDB, Kafka or Redis.
 * Undefined for any other error. Never throws.
 */
export function serviceErrorKind(error: object): ErrorKind | undefined {
  return (
    grpcKind(error) ?? awsKind(error) ?? sqlKind(error) ?? mongoKind(error) ?? kafkaKind(error) ?? redisKind(error)
  );
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

const MONGO_RETRYABLE: readonly unknown[] = [
  'RetryableWriteError',
  'RetryableReadError',
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
  'RetryableError',
];
/** WriteConflict and NoSuchTransaction: another transaction was first. */
const MONGO_CONTENDED: ReadonlySet<unknown> = new Set([112, 251]);
const MONGO_NETWORK =
  /^Mongo(?:Network|NetworkTimeout|ServerSelection|PoolCleared|WaitQueueTimeout|TopologyClosed)Error$/;

/**
 * Reads errors of MongoDB by the driver's labels (`errorLabels`, `hasErrorLabel`) and the names of its network errors.
 */
function mongoKind(error: object): ErrorKind | undefined {
  const name = peek(error, 'name');
  const isMongo = typeof name === 'string' && name.startsWith('Mongo');
  const labels = peekList(error, 'errorLabels', 32);
  if (!isMongo && labels.length === 0) return undefined;
  if (labels.includes('SystemOverloadedError')) return 'throttled';
  if (MONGO_RETRYABLE.some((label) => labels.includes(label))) {
    return MONGO_CONTENDED.has(peek(error, 'code')) ? 'contended' : 'lost';
  }
  if (typeof name === 'string' && MONGO_NETWORK.test(name)) return 'lost';
  return name === 'MongoServerError' || name === 'MongoBulkWriteError' ? 'answered' : undefined;
}

const KAFKA_LOST = /Connection|Timeout|BrokerNotFound/;

/** Reads errors of Kafka by `retriable`, which kafkajs and Confluent's client set. */
function kafkaKind(error: unknown): ErrorKind | undefined {
  const retriable = peek(error, 'retriable');
  if (typeof retriable !== 'boolean') return undefined;
  const name = peek(error, 'name');
  const isProtocol = name === 'KafkaJSProtocolError';
  if (!retriable) return isProtocol ? 'answered' : afterItsOwnRetries(kafkaKind(peek(error, 'cause')));
  return isProtocol || !(typeof name === 'string' && KAFKA_LOST.test(name)) ? 'contended' : 'lost';
}

/**
 * Returns the kind of the final error of a client that has given up. Its cause shows if the broker failed or answered.
 */
function afterItsOwnRetries(cause: ErrorKind | undefined): ErrorKind {
  if (cause === 'lost') return 'broken';
  return cause === 'contended' ? 'answered' : 'final';
}

const REDIS_LOST: ReadonlySet<unknown> = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError']);
/** `ReplyError` is ioredis's class. Those of node-redis give their instances no name. */
const REDIS_REPLIES: ReadonlySet<unknown> = new Set(['ReplyError', 'ErrorReply', 'SimpleError', 'BlobError']);
/** Replies of a server that serves no call now. */
const REDIS_DOWN = /^(?:LOADING|MASTERDOWN|CLUSTERDOWN) /;
/** Replies while a script runs, slots move or another server takes over. */
const REDIS_BUSY = /^(?:BUSY|TRYAGAIN|READONLY) /;

/** Reads errors of ioredis and node-redis by their names. A reply begins with a word for its kind. */
function redisKind(error: object): ErrorKind | undefined {
  const name = peek(error, 'name');
  if (REDIS_LOST.has(name)) return 'lost';
  const isReply = REDIS_REPLIES.has(name === 'Error' ? classNameOf(error) : name);
  const message = peek(error, 'message');
  if (!isReply || typeof message !== 'string') return undefined;
  if (REDIS_DOWN.test(message)) return 'lost';
  return REDIS_BUSY.test(message) ? 'contended' : 'answered';
}

function classNameOf(error: object): unknown {
  const type = peek(error, 'constructor');
  return typeof type === 'function' ? type.name : undefined;
}
