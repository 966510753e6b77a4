import { peek, peekList } from '../untrusted/safe-read.js';
import type { ErrorKind } from './error-kind.js';

// A bundle for browsers leaves this file out: these clients need a socket.

/** Reads the error of a client for MongoDB, Kafka or Redis. Undefined for any other error. Never throws. */
export function nodeServiceKind(error: object): ErrorKind | undefined {
  return mongoKind(error) ?? kafkaKind(error) ?? redisKind(error);
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
