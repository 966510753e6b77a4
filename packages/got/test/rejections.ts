// Run by unhandled.test.ts: prints which of these calls end in an unhandled rejection.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import got, {
  type CancelableRequest,
  type Got,
  type HandlerFunction,
  type OptionsOfTextResponseBody,
  type RequestError,
  type Response,
} from 'got';
import { resilience } from '../src/index.js';

export interface Seen {
  readonly promise: string;
  readonly name: string;
  readonly unhandled: unknown[];
}

const asynchronous: HandlerFunction = (options, next) => (async () => await next(options))() as never;

/** The same promise for the call after, and a new one then. */
function sharing(): HandlerFunction {
  let shared: unknown;
  return (options, next) => {
    const promise = shared ?? next(options);
    shared = shared === undefined ? promise : undefined;
    return promise as ReturnType<typeof next>;
  };
}

const clients: Record<string, Got> = {
  'without a policy': got.extend(),
  'with a policy': got.extend(resilience()),
  'with a policy and a handler that shares a promise': got.extend(resilience(), { handlers: [sharing()] }),
  'with a policy and an asynchronous handler further out': got.extend({ handlers: [asynchronous] }, resilience()),
  'with a policy and an asynchronous handler': got.extend(resilience(), { handlers: [asynchronous] }),
};

const ignore = (): void => {};

type Call = (options?: OptionsOfTextResponseBody) => CancelableRequest<Response<string>>;

const cases: Record<string, (call: Call) => unknown> = {
  'the call': (call) => void call(),
  '.json()': (call) => void call().json(),
  '.then(onFulfilled)': (call) => void call().then(ignore),
  '.finally()': (call) => void call().finally(ignore),
  await: async (call) => {
    try {
      await call();
    } catch {}
  },
  '.catch()': (call) => call().catch(ignore),
  '.then(undefined, onRejected)': (call) => call().then(undefined, ignore),
  'await .json()': async (call) => {
    try {
      await call().json();
    } catch {}
  },
  'Promise.all': (call) => Promise.all([call()]).catch(ignore),
  'Promise.resolve': (call) => Promise.resolve(call()).catch(ignore),
  'Promise.prototype.then': (call) => {
    const promise = call();
    // Up to 14, got's promises are of a class of their own.
    const { then } = promise.constructor === Promise ? Promise.prototype : promise;
    return then.call(promise, undefined, ignore);
  },
  'await .finally()': (call) => call().finally(ignore).catch(ignore),
  return: (call) => (async () => call())().catch(ignore),
  'handled in the turn of the rejection': async (call) => {
    let promise: Promise<unknown> | undefined;
    const handleInTwoTicks = (error: RequestError): RequestError => {
      process.nextTick(() => process.nextTick(() => promise?.catch(ignore)));
      return error;
    };
    promise = call({ hooks: { beforeError: [handleInTwoTicks] } });
  },
  'handled when another handler runs': (call) => {
    const promise = call();
    return promise.then(ignore, () => promise.catch(ignore));
  },
};

const server = createServer((_request, response) => {
  response.statusCode = 404;
  response.end();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

let unhandled: unknown[] = [];
process.on('unhandledRejection', (error: { code?: unknown }) => unhandled.push(error.code));

const all: Seen[] = [];
for (const [promise, client] of Object.entries(clients)) {
  for (const [name, start] of Object.entries(cases)) {
    unhandled = [];
    const answered = new Promise((resolve) =>
      server.once('request', (_request, response) => response.once('close', resolve)),
    );
    await start((options) => {
      if (promise.includes('shares')) void client(url, options);
      return client(url, options);
    });
    await answered;
    // The client reads the answer and rejects within a few turns.
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    all.push({ promise, name, unhandled });
  }
}

server.close();
console.log(JSON.stringify(all));
