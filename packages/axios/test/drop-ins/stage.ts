import { jest } from '@jest/globals';
import axios, { AxiosError, type AxiosInstance, CanceledError, type InternalAxiosRequestConfig } from 'axios';
import fc from 'fast-check';

// One play, put on twice: by a library, and by the drop-in that stands for it. What is noted down must be the same.

/** Result of one attempt. */
export interface Outcome {
  readonly kind: 'answer' | 'error' | 'no config' | 'cancel';
  readonly status: number;
  readonly code: string;
  readonly retryAfter: string | undefined;
  readonly tookMs: number;
}

/** One request, and what becomes of each of its attempts; the last for ever. */
export interface Part<Options> {
  readonly method: string;
  readonly style: 'request' | 'call' | 'call with url' | 'method';
  readonly url: string;
  readonly body: 'none' | 'object' | 'text' | 'buffer' | 'form' | 'array';
  readonly config: Record<string, unknown>;
  readonly own: Options | undefined;
  readonly outcomes: readonly Outcome[];
}

export interface Play<Options> {
  readonly defaults: Record<string, unknown>;
  readonly options: Options;
  readonly interceptors: readonly ('request' | 'throwing' | 'healing' | 'wrapping' | 'copying' | 'later' | 'strict')[];
  readonly parts: readonly Part<Options>[];
  readonly together: boolean;
}

/** Record of a request: its attempts, the arguments of callbacks, waits, and its end. */
export type Notes = unknown[];

const ANSWERS = [200, 200, 201, 204, 304, 400, 401, 404, 408, 429, 500, 502, 503, 599, 600];
const CODES = [
  'ECONNRESET',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ERR_NETWORK',
  'EPIPE',
  'EOWN',
  '',
];

interface Season {
  /** True if the caller may cancel. */
  readonly cancels: boolean;
  readonly retryAfter: readonly string[];
}

function outcomes({ cancels, retryAfter }: Season): fc.Arbitrary<Outcome> {
  return fc.record({
    kind: fc.oneof(
      { weight: 8, arbitrary: fc.constant('answer' as const) },
      { weight: 6, arbitrary: fc.constant('error' as const) },
      { weight: 1, arbitrary: fc.constant('no config' as const) },
      { weight: cancels ? 1 : 0, arbitrary: fc.constant('cancel' as const) },
    ),
    status: fc.constantFrom(...ANSWERS),
    code: fc.constantFrom(...CODES),
    retryAfter: fc.option(fc.constantFrom(...retryAfter), { nil: undefined, freq: 8 }),
    tookMs: fc.constantFrom(0, 1, 7, 40),
  });
}

export function plays<Options>(options: fc.Arbitrary<Options>, season: Season): fc.Arbitrary<Play<Options>> {
  const config = fc.record(
    {
      timeout: fc.constantFrom(0, 30, 100, 1_000),
      params: fc.constantFrom({ a: 1 }, { list: ['b', 'c'], deep: { d: 'e' } }),
      responseType: fc.constantFrom('json', 'text'),
      headers: fc.constantFrom({ 'X-Own': 'yes' }, { accept: 'text/plain', 'content-type': 'text/own' }, {}),
      auth: fc.constant({ username: 'u', password: 'p' }),
      metadata: fc.constant({ id: 7, list: [1] }),
      validateStatus: fc.constantFrom(
        (status: number) => status === 200,
        (status: number) => status < 429,
      ),
      baseURL: fc.constantFrom('http://other.example/v2', ''),
      withCredentials: fc.boolean(),
      maxRedirects: fc.constant(0),
    },
    { requiredKeys: [] },
  );
  return fc.record({
    defaults: config,
    options,
    interceptors: fc.uniqueArray(
      fc.constantFrom('request', 'throwing', 'healing', 'wrapping', 'copying', 'later', 'strict'),
      {
        maxLength: 2,
      },
    ),
    parts: fc.array(
      fc.record({
        method: fc.constantFrom('get', 'GET', 'head', 'options', 'put', 'PUT', 'delete', 'post', 'patch'),
        style: fc.constantFrom('request', 'call', 'call with url', 'method'),
        url: fc.constantFrom('/path', 'http://full.example/x?y=1', ''),
        body: fc.constantFrom('none', 'object', 'text', 'buffer', 'form', 'array'),
        config,
        own: fc.option(options, { nil: undefined }),
        outcomes: fc.array(outcomes(season), { minLength: 1, maxLength: 5 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    together: fc.boolean(),
  }) as fc.Arbitrary<Play<Options>>;
}

export interface Production<Options> {
  /** Puts the library on an instance. `notes` gives those of the request behind an error. */
  install(instance: AxiosInstance, options: Options, notes: (carrier: unknown) => Notes): void;
  /** The options of one request, as they go into its config. */
  own(options: Options, notes: (carrier: unknown) => Notes): Record<string, unknown>;
  /** Keys of the library in a config. */
  state(config: unknown): unknown;
}

/** Plays it all through: the notes of each request. */
export async function perform<Options>(play: Play<Options>, production: Production<Options>): Promise<Notes[]> {
  const books = play.parts.map((): Notes => []);
  const stray: Notes = [];
  const notes = (carrier: unknown): Notes => {
    const { part } = ((carrier as { config?: unknown })?.config ?? carrier ?? {}) as { part?: number };
    return books[part ?? -1] ?? stray;
  };
  const time = virtualTime();
  try {
    const attempts = play.parts.map(() => 0);
    const controllers = play.parts.map(() => new AbortController());
    const adapter = async (config: InternalAxiosRequestConfig & { part: number }) => {
      const { part } = config;
      const script = play.parts[part]?.outcomes ?? [];
      const outcome = script[Math.min(attempts[part] ?? 0, script.length - 1)] as Outcome;
      attempts[part] = (attempts[part] ?? 0) + 1;
      notes(config).push(['attempt', shown(config), production.state(config)]);
      if ((attempts[part] ?? 0) > 12) throw new Error('for ever');
      await null;
      time.pass(outcome.tookMs);
      return answer(outcome, config, controllers[part]);
    };
    const instance = axios.create({ baseURL: 'http://example.com/api', ...play.defaults, adapter } as object);
    intercept(instance, play.interceptors, 'before', notes);
    production.install(instance, play.options, notes);
    intercept(instance, play.interceptors, 'after', notes);
    const act = async (part: Part<Options>, index: number): Promise<void> => {
      const config = {
        ...part.config,
        ...(part.own !== undefined && production.own(part.own, notes)),
        part: index,
        signal: controllers[index]?.signal,
      };
      const from = time.waits.length;
      try {
        const response = await ask(instance, part, config);
        books[index]?.push([
          'answer',
          response.status,
          response.data,
          shown(response.config),
          production.state(response.config),
        ]);
      } catch (error) {
        books[index]?.push(['failure', told(error), production.state((error as AxiosError)?.config)]);
      }
      if (!play.together) books[index]?.push(['waits', time.waits.slice(from)]);
    };
    if (play.together) await Promise.all(play.parts.map(act));
    else for (const [index, part] of play.parts.entries()) await act(part, index);
  } finally {
    time.restore();
  }
  return [...books, stray];
}

export function told(error: unknown): unknown {
  const { message, code, status, response, config, name } = error as AxiosError;
  return {
    name,
    message,
    code,
    status,
    answer: response?.status,
    data: response?.data,
    config: config && shown(config as never),
  };
}

function shown(config: InternalAxiosRequestConfig): unknown {
  const { method, url, baseURL, params, data, timeout, responseType, headers, validateStatus, auth, maxRedirects } =
    config;
  const { metadata, part } = config as { metadata?: unknown; part?: unknown };
  const list = Object.entries(headers ?? {})
    .map(([name, value]) => `${name}: ${value}`)
    .sort();
  return {
    method,
    url,
    baseURL,
    params,
    data: String(data),
    timeout,
    responseType,
    auth,
    maxRedirects,
    metadata,
    part,
    headers: list,
    accepts: [200, 404, 500].map((status) => validateStatus?.(status)),
    isHeaders: headers instanceof axios.AxiosHeaders,
  };
}

async function answer(
  { kind, status, code, retryAfter }: Outcome,
  config: InternalAxiosRequestConfig,
  controller: AbortController | undefined,
): Promise<object> {
  if (kind === 'no config') throw new Error('of its own');
  if (kind === 'error') throw new AxiosError(`failed: ${code}`, code || undefined, config, {});
  if (kind === 'cancel') {
    controller?.abort();
    throw new CanceledError(undefined, config);
  }
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  const response = { status, statusText: '', headers, config, data: `{"status":${status}}`, request: {} };
  if (!config.validateStatus || config.validateStatus(status)) return response;
  throw new AxiosError('refused', 'ERR_BAD_RESPONSE', config, {}, response as never);
}

function intercept(
  instance: AxiosInstance,
  names: Play<unknown>['interceptors'],
  when: 'before' | 'after',
  notes: (carrier: unknown) => Notes,
): void {
  const { request, response } = instance.interceptors;
  const has = (name: (typeof names)[number]) => when === 'before' && names.includes(name);
  if (names.includes('request')) {
    request.use((config) => {
      config.headers.set(`x-${when}`, 'set');
      return config;
    });
  }
  if (has('throwing'))
    response.use(null, (error) =>
      error.response?.status === 502 ? Promise.reject(new Error('not 502')) : Promise.reject(error),
    );
  if (has('healing'))
    response.use(null, (error) =>
      error.response?.status === 503 ? { ...error.response, data: 'healed' } : Promise.reject(error),
    );
  if (has('wrapping')) {
    response.use(
      (value) => ({ ...value, data: [value.data] }),
      (error) => {
        notes(error).push(['earlier', error.code, error.response?.status, error.response?.data]);
        return Promise.reject(error);
      },
    );
  }
  if (has('copying')) {
    response.use(null, (error) => {
      if (error.response === undefined) return Promise.reject(error);
      const { message, code, config, request, response: failed } = error;
      return Promise.reject(new AxiosError(`my ${message}`, code, { ...config }, request, { ...failed }));
    });
  }
  if (has('strict')) {
    response.use((value) => {
      if (value.status !== 201) return value;
      throw new AxiosError('not 201', 'E_OWN', value.config, value.request, value);
    });
  }
  if (when === 'after' && names.includes('later')) {
    response.use(null, (error) => Promise.reject(Object.assign(error, { seen: true })));
  }
}

function ask<Options>(instance: AxiosInstance, part: Part<Options>, own: object) {
  const { method, style, url, body } = part;
  const config = { ...own, url, method, ...(body !== 'none' && { data: bodyOf(body) }) } as object;
  switch (style) {
    case 'request':
      return instance.request(config);
    case 'call':
      return instance(config);
    case 'call with url':
      return instance(url, config);
    case 'method': {
      const name = method.toLowerCase() as 'get' | 'put';
      return ['put', 'post', 'patch'].includes(name)
        ? instance[name as 'put'](url, body === 'none' ? undefined : bodyOf(body), own)
        : instance[name](url, own);
    }
  }
}

function bodyOf(body: Part<unknown>['body']): unknown {
  switch (body) {
    case 'none':
      return undefined;
    case 'object':
      return { a: 1, b: [2] };
    case 'text':
      return 'some text';
    case 'buffer':
      return Buffer.from('bytes');
    case 'form':
      return new URLSearchParams({ a: '1' });
    case 'array':
      return [1, 'two'];
  }
}

/** Time that passes by what attempts take and what is waited for, at once. */
function virtualTime() {
  let now = 1_700_000_000_000;
  const waits: number[] = [];
  const spies = [
    jest.spyOn(Date, 'now').mockImplementation(() => now),
    jest.spyOn(Math, 'random').mockReturnValue(0.5),
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((task: () => void, given = 0) => {
      const ms = Number(given);
      if (ms > 0) waits.push(ms);
      return setImmediate(() => {
        if (ms > 0) now += ms;
        task();
      });
    }) as never),
    jest
      .spyOn(globalThis, 'clearTimeout')
      .mockImplementation(((timer: NodeJS.Immediate) => clearImmediate(timer)) as never),
  ];
  return {
    waits,
    pass(ms: number) {
      now += ms;
    },
    restore() {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
