import nock from 'nock';

const METHODS = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'];

type Answer = (request: number) => readonly [status: number, headers?: Record<string, string>];

/** The hosts that examples talk to: how each answers its n-th request, from 1. */
const hosts: Readonly<Record<string, Answer>> = {
  'api.example.com': () => [200],
  'auth.example.com': () => [200],
  'billing.example.com': () => [200],
  'search.example.com': () => [200],
  'flaky.example.com': (request) => [request === 1 ? 503 : 200],
  'busy.example.com': (request) => (request === 1 ? [429, { 'retry-after-ms': '50' }] : [200]),
  'closed.example.com': () => [503, { 'retry-after': '3600' }],
  'broken.example.com': () => [503],
  'locked.example.com': () => [401],
};

/** Answers for the hosts of the examples, as if they had not been asked before; nothing else can be reached. */
export function answerForHosts(): void {
  nock.cleanAll();
  nock.disableNetConnect();
  for (const [host, answer] of Object.entries(hosts)) {
    const scope = nock(`https://${host}`).persist();
    let requests = 0;
    for (const method of METHODS) {
      scope.intercept(/.*/, method).reply(() => {
        requests += 1;
        const [status, headers = {}] = answer(requests);
        return [
          status,
          JSON.stringify({ id: 1, ok: status < 400 }),
          { 'content-type': 'application/json', ...headers },
        ];
      });
    }
  }
  const down = nock('https://down.example.com').persist();
  for (const method of METHODS) down.intercept(/.*/, method).replyWithError(refused());
}

function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
}
