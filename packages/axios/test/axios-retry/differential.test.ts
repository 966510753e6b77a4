import { expect, test } from '@jest/globals';
import type { AxiosError, AxiosInstance, AxiosRequestConfig } from 'axios';
import original from 'axios-retry';
import fc from 'fast-check';
import dropIn, { type IAxiosRetryConfig } from '../../src/axios-retry.js';
import { type Notes, type Production, perform, plays, told } from '../drop-ins/stage.js';

const numRuns = Number(process.env.DIFFERENTIAL_RUNS ?? 300);
const seed = Number(process.env.DIFFERENTIAL_SEED ?? 1);

/** Options in words; each stands for something that is put into the config. */
interface Options {
  readonly retries?: number | undefined;
  readonly shouldResetTimeout?: boolean;
  readonly retryCondition?:
    | 'yes'
    | 'no'
    | 'promised'
    | 'refused'
    | 'rejects'
    | 'throws'
    | 'isNetworkError'
    | 'isRetryableError'
    | 'vague'
    | 'null';
  readonly retryDelay?: 'none' | 'one' | 'exponential' | 'linear' | 'text';
  readonly onRetry?:
    | 'notes'
    | 'waits'
    | 'throws'
    | 'rejects'
    | 'url'
    | 'method'
    | 'headers'
    | 'set'
    | 'delete'
    | 'params'
    | 'data'
    | 'object'
    | 'timeout'
    | 'retries'
    | 'base'
    | 'auth';
  readonly onMaxRetryTimesExceeded?: 'notes' | 'throws' | 'waits';
  readonly validateResponse?: 'even' | 'fine' | 'null' | 'throws';
}

// No `validateStatus` may let a failure through, no cancel be retried: there they differ on purpose.
const options: fc.Arbitrary<Options> = fc.record(
  {
    retries: fc.constantFrom(0, 1, 2, 3, -1, undefined, Number.NaN),
    shouldResetTimeout: fc.boolean(),
    retryCondition: fc.constantFrom(
      'yes',
      'no',
      'promised',
      'refused',
      'rejects',
      'throws',
      'isNetworkError',
      'isRetryableError',
      'vague',
      'null',
    ),
    retryDelay: fc.constantFrom('none', 'one', 'exponential', 'linear', 'text'),
    onRetry: fc.constantFrom(
      'notes',
      'waits',
      'throws',
      'rejects',
      'url',
      'method',
      'headers',
      'set',
      'delete',
      'params',
      'data',
      'object',
      'timeout',
      'retries',
      'base',
      'auth',
    ),
    onMaxRetryTimesExceeded: fc.constantFrom('notes', 'throws', 'waits'),
    validateResponse: fc.constantFrom('even', 'fine', 'null', 'throws'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Options>;

function production(library: typeof original): Production<Options> {
  const made = (given: Options, notes: (carrier: unknown) => Notes) => optionsOf(given, library, notes);
  return {
    install: (instance: AxiosInstance, given, notes) => void library(instance, made(given, notes)),
    own: (given, notes) => ({ 'axios-retry': made(given, notes) }),
    state: (config) => {
      const { retries, retryCount, lastRequestTime } = (config as AxiosRequestConfig)?.['axios-retry'] ?? {};
      return { retries, retryCount, lastRequestTime };
    },
  };
}

function optionsOf(given: Options, library: typeof original, notes: (carrier: unknown) => Notes): IAxiosRetryConfig {
  const { retryCondition, retryDelay, onRetry, onMaxRetryTimesExceeded, validateResponse, ...plain } = given;
  const note = (name: string, error: AxiosError, ...more: unknown[]) => {
    const { retryCount } = (error.config as AxiosRequestConfig)['axios-retry'] ?? {};
    notes(error).push([name, told(error), retryCount, ...more]);
  };
  const result = { ...plain } as IAxiosRetryConfig;
  if (retryCondition !== undefined) {
    result.retryCondition = (error) => {
      // The drop-in calls no condition about a cancel, on purpose.
      if (error.code !== 'ERR_CANCELED') note('retryCondition', error);
      switch (retryCondition) {
        case 'yes':
          return true;
        case 'no':
          return false;
        case 'promised':
          return Promise.resolve(true);
        case 'refused':
          return Promise.resolve(false);
        case 'rejects':
          return Promise.reject(new Error('no'));
        case 'throws':
          throw new Error('what a condition');
        case 'vague':
          return Promise.resolve(undefined) as never;
        case 'null':
          return null as never;
        case 'isNetworkError':
          return library.isNetworkError(error);
        case 'isRetryableError':
          return library.isRetryableError(error);
      }
    };
  }
  if (retryDelay !== undefined) {
    const linear = library.linearDelay(5);
    result.retryDelay = (count, error) => {
      note('retryDelay', error, count);
      switch (retryDelay) {
        case 'none':
          return 0;
        case 'one':
          return 1;
        case 'exponential':
          return library.exponentialDelay(count, error, 3);
        case 'linear':
          return linear(count, error);
        case 'text':
          return '12' as never;
      }
    };
  }
  if (onRetry !== undefined) {
    result.onRetry = async (count, error, config) => {
      note('onRetry', error, count, config === error.config);
      change(onRetry, config, count);
    };
    if (onRetry === 'throws') {
      result.onRetry = () => {
        throw new Error('no retry');
      };
    }
  }
  if (onMaxRetryTimesExceeded !== undefined) {
    result.onMaxRetryTimesExceeded = async (error, count) => {
      note('onMaxRetryTimesExceeded', error, count);
      if (onMaxRetryTimesExceeded === 'throws') throw new Error('that was it');
    };
  }
  if (validateResponse === 'null') result.validateResponse = null;
  else if (validateResponse !== undefined) {
    result.validateResponse = ({ status, config, data }) => {
      notes(config).push(['validateResponse', status, data]);
      if (validateResponse === 'throws' && status === 404) throw new Error('cannot say');
      return validateResponse === 'even' ? status % 2 === 0 : status < 400;
    };
  }
  return result;
}

function change(onRetry: Options['onRetry'], config: AxiosRequestConfig, count: number): void {
  const headers = config.headers as unknown as Record<string, unknown> & { set(name: string, value: string): void };
  switch (onRetry) {
    case 'rejects':
      throw new Error('no retry');
    case 'url':
      config.url = `/again/${count}`;
      break;
    case 'method':
      config.method = 'PUT';
      break;
    case 'headers':
      config.headers = { ...config.headers, 'X-Token': `${count}` } as never;
      break;
    case 'set':
      headers.set('X-Token', `${count}`);
      break;
    case 'delete':
      delete headers['X-Own'];
      break;
    case 'params':
      config.params = { ...config.params, count };
      break;
    case 'data':
      config.data = `body ${count}`;
      break;
    case 'object':
      config.data = { count };
      break;
    case 'timeout':
      config.timeout = 77;
      break;
    case 'retries':
      config['axios-retry'] = { ...config['axios-retry'], retries: 1 };
      break;
    case 'base':
      config.baseURL = 'http://elsewhere.example';
      break;
    case 'auth':
      config.auth = { username: 'v', password: 'q' };
      break;
    case 'notes':
    case 'waits':
    case 'throws':
    case undefined:
      break;
  }
}

// A call that its caller has cancelled is never retried, which is meant: with axios-retry, some conditions would.
const careful = options.map((given) => ({ ...given, retryCondition: 'isNetworkError' as const }));

test.each([
  ['', options, false],
  [', cancels included', careful, true],
])(
  'does the same as axios-retry, in the same order%s',
  async (_, given, cancels) => {
    await fc.assert(
      fc.asyncProperty(plays(given, { cancels, retryAfter: ['1', '2', '400'] }), async (play) => {
        expect(await perform(play, production(dropIn))).toEqual(await perform(play, production(original)));
      }),
      { numRuns, seed },
    );
  },
  600_000,
);
