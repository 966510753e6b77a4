import { expect, test } from '@jest/globals';
import type { AxiosError, AxiosRequestConfig } from 'axios';
import fc from 'fast-check';
import * as original from 'retry-axios';
import * as dropIn from '../../src/retry-axios.js';
import { type Notes, type Production, perform, plays, told } from '../drop-ins/stage.js';

const numRuns = Number(process.env.DIFFERENTIAL_RUNS ?? 300);
const seed = Number(process.env.DIFFERENTIAL_SEED ?? 1);

/** Options in words; callbacks stand for something that is put into the config. */
type Options = Omit<dropIn.RetryConfig, 'onError' | 'onRetryAttempt' | 'shouldRetry'> & {
  readonly onError?: 'notes' | 'waits' | 'throws' | 'null';
  readonly onRetryAttempt?:
    | 'notes'
    | 'throws'
    | 'rethrows'
    | 'null'
    | 'url'
    | 'method'
    | 'headers'
    | 'set'
    | 'delete'
    | 'params'
    | 'timeout'
    | 'retry'
    | 'base';
  readonly shouldRetry?: 'yes' | 'no' | 'rules' | 'throws' | 'null';
};

const options = fc.record(
  {
    retry: fc.constantFrom(0, 1, 2, 3, -1, undefined, '2' as never),
    retryDelay: fc.constantFrom(0, 1, 50, -5, '7' as never),
    httpMethodsToRetry: fc.constantFrom(
      ['GET', 'POST'],
      ['get'],
      { 0: 'GET', 1: 'PATCH' } as never,
      undefined,
      null as never,
    ),
    statusCodesToRetry: fc.constantFrom(
      [
        [400, 404],
        [500, 503],
      ],
      [],
      { 0: [404, 404] } as never,
      undefined,
    ),
    backoffType: fc.constantFrom('linear', 'static', 'exponential', 'none' as never, undefined),
    jitter: fc.constantFrom('none', 'full', 'equal', 'some' as never, undefined),
    checkRetryAfter: fc.constantFrom(true, false, undefined, 'no' as never),
    maxRetryAfter: fc.constantFrom(1_000, 500_000, undefined),
    maxRetryDelay: fc.constantFrom(20, 0, undefined),
    onError: fc.constantFrom('notes', 'waits', 'throws', 'null'),
    onRetryAttempt: fc.constantFrom(
      'notes',
      'throws',
      'rethrows',
      'null',
      'url',
      'method',
      'headers',
      'set',
      'delete',
      'params',
      'timeout',
      'retry',
      'base',
    ),
    shouldRetry: fc.constantFrom('yes', 'no', 'rules', 'throws', 'null'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Options>;

function production(library: typeof original): Production<Options> {
  return {
    install(instance, given, notes) {
      instance.defaults.raxConfig = optionsOf(given, library, notes);
      library.attach(instance);
    },
    own: (given, notes) => ({ raxConfig: optionsOf(given, library, notes) }),
    state: (config) => {
      const { errors, onError, onRetryAttempt, shouldRetry, ...state } =
        (config as AxiosRequestConfig)?.raxConfig ?? {};
      return { ...state, errors: errors?.map(({ message, code }) => [message, code]) };
    },
  };
}

function optionsOf(given: Options, library: typeof original, notes: (carrier: unknown) => Notes): dropIn.RetryConfig {
  const { onError, onRetryAttempt, shouldRetry, ...plain } = given;
  const note = (name: string, error: AxiosError) => {
    const { currentRetryAttempt, retriesRemaining, errors } = library.getConfig(error) ?? {};
    notes(error).push([name, told(error), currentRetryAttempt, retriesRemaining, errors?.length]);
  };
  const result = { ...plain } as dropIn.RetryConfig;
  if (onError === 'null') result.onError = null as never;
  else if (onError !== undefined) {
    result.onError = async (error) => {
      note('onError', error);
      if (onError === 'waits') await new Promise((resolve) => setImmediate(resolve));
      if (onError === 'throws') throw new Error('no retry');
    };
  }
  if (onRetryAttempt === 'null') result.onRetryAttempt = null as never;
  else if (onRetryAttempt !== undefined) {
    result.onRetryAttempt = async (error) => {
      note('onRetryAttempt', error);
      if (onRetryAttempt === 'rethrows') throw error;
      change(onRetryAttempt, error.config as AxiosRequestConfig);
    };
  }
  if (shouldRetry === 'null') result.shouldRetry = null as never;
  else if (shouldRetry !== undefined) {
    result.shouldRetry = (error) => {
      note('shouldRetry', error);
      if (shouldRetry === 'throws') throw new Error('cannot say');
      return shouldRetry === 'rules' ? library.shouldRetryRequest(error) : shouldRetry === 'yes';
    };
  }
  return result;
}

function change(onRetryAttempt: Options['onRetryAttempt'], config: AxiosRequestConfig): void {
  const headers = config.headers as unknown as Record<string, unknown> & { set(name: string, value: string): void };
  switch (onRetryAttempt) {
    case 'throws':
      throw new Error('no retry');
    case 'url':
      config.url = '/again';
      break;
    case 'method':
      config.method = 'PUT';
      break;
    case 'headers':
      config.headers = { ...config.headers, 'X-Token': 'new' } as never;
      break;
    case 'set':
      headers.set('X-Token', 'new');
      break;
    case 'delete':
      delete headers['X-Own'];
      break;
    case 'params':
      config.params = { ...config.params, more: 1 };
      break;
    case 'timeout':
      config.timeout = 77;
      break;
    case 'retry':
      config.raxConfig = { ...config.raxConfig, retry: 1 };
      break;
    case 'base':
      config.baseURL = 'http://elsewhere.example';
      break;
    case 'notes':
    case 'rethrows':
    case 'null':
    case undefined:
      break;
  }
}

// If Retry-After forbids the retry, an onError that takes its time or rejects makes a rejection of retry-axios
// unhandled.
const calm = options.map(({ onError, ...others }) => ({ ...others, ...(onError && { onError: 'notes' as const }) }));
const short = options.map(({ maxRetryAfter: _, ...others }) => others);

test.each([
  ['where Retry-After may be too long', calm, ['1', '2', '400']],
  ['whatever onError does', short, ['1', '2']],
])(
  'does the same as retry-axios, in the same order, %s',
  async (_, given, retryAfter) => {
    await fc.assert(
      fc.asyncProperty(plays(given, { cancels: true, retryAfter }), async (play) => {
        expect(await perform(play, production(dropIn))).toEqual(await perform(play, production(original)));
      }),
      { numRuns, seed },
    );
  },
  600_000,
);
