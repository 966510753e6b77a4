import {
  type AxiosCopy,
  type AxiosTarget,
  type CanceledErrorClass,
  type ClientResponse,
  type ErrorClass,
  isCancel,
  ownErrorClass,
  type RequestConfig,
} from './axios-types.js';
import { copyConfig, restoreConfig } from './request/attempt-config.js';

/**
 * Returns the copy of axios that made an instance; undefined if it is the one that this package loads, or unknown. An
 * instance does not name its copy, so this reads the class of an error that the copy throws. Nothing is sent.
 *
 * @throws TypeError for an instance of axios before 0.27
 */
export function otherCopyOf(instance: AxiosTarget): AxiosCopy | undefined {
  const client = instance as unknown as Partial<Client>;
  // A mock may lack most of this. An app may attach a policy to everything that `create` returns.
  if (isLooking || typeof client.getUri !== 'function') return undefined;
  if (typeof client.create !== 'function') {
    if (Array.isArray(client.interceptors?.request.handlers)) throw tooOld();
    return undefined;
  }
  isLooking = true;
  try {
    const AxiosError = errorClassOf(client as Client);
    return AxiosError === undefined || AxiosError === ownErrorClass()
      ? undefined
      : copyOf(client as Client, AxiosError);
  } finally {
    isLooking = false;
  }
}

let isLooking = false;

/** The part of an instance that is used here, as in any release since 0.22. */
interface Client {
  readonly defaults: Record<string, unknown>;
  readonly interceptors: Readonly<Record<'request' | 'response', Interceptors>>;
  getUri(config: object): string;
  create(): Client;
  request(config: object): Promise<ClientResponse>;
}

interface Interceptors {
  use(change: (config: Carrier) => RequestConfig, failed: undefined, options: { readonly synchronous: true }): number;
  readonly handlers?: unknown;
  /** Since 1.0. */
  clear?(): void;
}

/** A config that carries another one to axios's adapters. axios keeps functions that it does not know as they are. */
interface Carrier {
  readonly carried: () => RequestConfig;
}

function errorClassOf(client: Client): ErrorClass | undefined {
  // Since 0.28: a query cannot hold a Blob.
  const refusal = thrownBy(() => client.getUri({ url: '/', params: { a: BLOB }, paramsSerializer: {} }));
  if (isAxiosError(refusal)) return classOf<ErrorClass>(refusal);
  // 0.27, and earlier ones, which throw a TypeError.
  const error = thrownBy(() => {
    const sent = client.create().request({ transitional: { silentJSONParsing: 'no' }, adapter: refuse });
    sent.catch(() => {});
  });
  if (isAxiosError(error)) return classOf<ErrorClass>(error);
  if (error instanceof Error && error.message.includes('silentJSONParsing')) throw tooOld();
  return undefined;
}

const BLOB = Object.freeze({ [Symbol.toStringTag]: 'Blob' });

function refuse(): Promise<never> {
  return Promise.reject(new Error('not sent'));
}

function thrownBy(action: () => void): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

function isAxiosError(error: unknown): error is Error {
  return error instanceof Error && (error as { isAxiosError?: unknown }).isAxiosError === true;
}

function classOf<T>(error: Error): T {
  return error.constructor as T;
}

function tooOld(): TypeError {
  return new TypeError('instance must be one of axios 0.27.2 or later, this one is older');
}

/** A copy of axios lets only its own instances use its adapters, so each attempt is a request of such an instance. */
function copyOf(client: Client, AxiosError: ErrorClass): AxiosCopy {
  let CanceledError: CanceledErrorClass | undefined;
  const sender = bareInstance(client);
  const cancelled = sender.request({
    carried: () => ({ headers: {}, signal: AbortSignal.abort(), adapter: refuse }),
  });
  cancelled.catch((error) => {
    if (isCancel(error)) CanceledError = classOf(error);
  });
  return {
    AxiosError,
    get CanceledError() {
      return CanceledError;
    },
    adapterFor: (names) => (config) => send(sender, names, config),
  };
}

/** Returns an instance that adds nothing to its requests. */
function bareInstance(client: Client): Client {
  const bare = client.create();
  const { defaults, interceptors } = bare;
  for (const name of Object.keys(defaults)) delete defaults[name];
  interceptors.request.clear?.();
  interceptors.response.clear?.();
  interceptors.request.use(({ carried }) => carried(), undefined, { synchronous: true });
  return bare;
}

/** Sends the carried request. Interceptors and transforms have handled it already, and will handle its answer. */
async function send(sender: Client, names: unknown, config: RequestConfig): Promise<ClientResponse> {
  const copy = copyConfig(config, config.headers);
  Object.assign(copy, { adapter: names, headers: config.headers, transformRequest: [], transformResponse: [] });
  try {
    const response = await sender.request({ carried: () => copy });
    if (response.config === copy) response.config = config;
    return response;
  } catch (error) {
    restoreConfig(error, copy, config);
    throw error;
  }
}
