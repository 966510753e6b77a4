// The connection breaks, or nothing comes any more.
import { answers, ends, fine, HALF, HALF_A_CHUNK, HEAD, onConnection, resets, says, stalls } from './faults.js';
import type { Case } from './observe.js';
import { testFaults } from './table.js';

const cases: Readonly<Record<string, Case>> = {
  'reset when connected': { meets: [onConnection(({ socket }) => socket.resetAndDestroy()), fine] },
  'reset before the headers': { meets: [resets(), fine] },
  'reset before the headers, POST': { method: 'POST', meets: [resets(), fine] },
  'end before the headers': { meets: [ends(), fine] },
  'reset in the headers': { meets: [resets(`${HEAD}Content-Le`), fine] },
  'end in the headers': { meets: [ends(`${HEAD}Content-Le`), fine] },
  'reset in mid-body': { meets: [resets(HALF), fine] },
  'end in mid-body': { meets: [ends(HALF), fine] },
  'reset in mid-chunk': { meets: [resets(HALF_A_CHUNK), fine] },
  'end in mid-chunk': { meets: [ends(HALF_A_CHUNK), fine] },
  'reset in the body of a 503': { meets: [resets(HALF.replace('200 OK', '503 Busy')), fine] },
  'reset, for good': { meets: [resets()] },

  'idle connection reset as it is used': { idle: (socket) => socket.resetAndDestroy(), meets: [fine] },
  'idle connection ended as it is used': { idle: (socket) => socket.destroy(), meets: [fine] },
  'idle connection reset as it is used, POST': {
    method: 'POST',
    idle: (socket) => socket.resetAndDestroy(),
    meets: [fine],
  },

  'stall in the connect': { deaf: true, meets: [fine] },
  'stall before the headers': { meets: [stalls(), fine] },
  'stall before the headers, POST': { method: 'POST', meets: [stalls(), fine] },
  'stall in the headers': { meets: [stalls(`${HEAD}Content-Le`), fine] },
  'stall in mid-body': { meets: [stalls(HALF), fine] },
  "stall before the headers, client's timeout": { timeoutMs: 30, meets: [says(''), fine] },
  "stall in mid-body, client's timeout": { timeoutMs: 30, meets: [says(HALF), fine] },
  '503, then a stall': { meets: [answers('503 Busy', 'busy'), stalls()] },
};

testFaults(
  cases,
  `
  fault                                      | client          | attempts                                     | requests | caller              | stop           | if it stays                  | circuit
  reset when connected                       | axios got       | transient ECONNRESET, success 200            | 1        | 200 fine            | success        | ECONNRESET                   | open
                                             | fetch           | transient ECONNRESET, success 200            | 1        | 200 fine            | success        | ERR_NETWORK                  | open
  reset before the headers                   | axios got       | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET                   | open
                                             | fetch           | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ERR_NETWORK                  | open
  reset before the headers, POST             | axios got       | transient ECONNRESET                         | 1        | ECONNRESET          | not-idempotent | ECONNRESET                   | open
                                             | fetch           | transient ECONNRESET                         | 1        | ERR_NETWORK         | not-idempotent | ERR_NETWORK                  | open
  end before the headers                     | axios got       | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET                   | open
                                             | fetch           | transient UND_ERR_SOCKET, success 200        | 2        | 200 fine            | success        | ERR_NETWORK                  | open
  reset in the headers                       | axios got       | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET                   | open
                                             | fetch           | transient UND_ERR_SOCKET, success 200        | 2        | 200 fine            | success        | ERR_NETWORK                  | open
  end in the headers                         | axios got       | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET                   | open
                                             | fetch           | transient UND_ERR_SOCKET, success 200        | 2        | 200 fine            | success        | ERR_NETWORK                  | open
  reset in mid-body                          | axios           | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET                   | open
                                             | got             | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET 200               | open
                                             | fetch           | transient UND_ERR_SOCKET, success 200        | 2        | 200 fine            | success        | TypeError                    | open
  end in mid-body                            | axios           | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ERR_BAD_RESPONSE 200         | open
                                             | got             | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET 200               | open
                                             | fetch           | transient UND_ERR_SOCKET, success 200        | 2        | 200 fine            | success        | TypeError                    | open
  reset in mid-chunk                         | axios           | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET                   | open
                                             | got             | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET 200               | open
                                             | fetch           | transient UND_ERR_SOCKET, success 200        | 2        | 200 fine            | success        | TypeError                    | open
  end in mid-chunk                           | axios           | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ERR_BAD_RESPONSE 200         | open
                                             | got             | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET 200               | open
                                             | fetch           | transient UND_ERR_SOCKET, success 200        | 2        | 200 fine            | success        | TypeError                    | open
  reset in the body of a 503                 | axios           | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET                   | open
                                             | got             | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ECONNRESET 503               | open
                                             | fetch           | transient UND_ERR_SOCKET, success 200        | 2        | 200 fine            | success        | TypeError                    | open
  reset, for good                            | axios got       | transient ECONNRESET, transient ECONNRESET   | 2        | ECONNRESET          | exhausted      | ECONNRESET                   | open
                                             | fetch           | transient ECONNRESET, transient ECONNRESET   | 2        | ERR_NETWORK         | exhausted      | ERR_NETWORK                  | open
  idle connection reset as it is used        | axios got       | success 200                                  | 1        | 200 fine            | success        | ECONNRESET                   | half-open
                                             | fetch           | transient ECONNRESET, success 200            | 1        | 200 fine            | success        | ERR_NETWORK                  | open
  idle connection ended as it is used        | axios got       | success 200                                  | 1        | 200 fine            | success        | ECONNRESET                   | half-open
                                             | fetch           | transient UND_ERR_SOCKET, success 200        | 1        | 200 fine            | success        | ERR_NETWORK                  | open
  idle connection reset as it is used, POST  | axios got       | transient ECONNRESET                         | 0        | ECONNRESET          | not-idempotent | ECONNRESET                   | half-open
                                             | fetch           | transient ECONNRESET                         | 0        | ERR_NETWORK         | not-idempotent | ERR_NETWORK                  | open
  stall in the connect                       | axios got       | transient ERR_ATTEMPT_TIMEOUT, success 200   | 1        | 200 fine            | success        | ERR_ATTEMPT_TIMEOUT          | open
  stall before the headers                   | axios got fetch | transient ERR_ATTEMPT_TIMEOUT, success 200   | 2        | 200 fine            | success        | ERR_ATTEMPT_TIMEOUT          | open
  stall before the headers, POST             | axios got fetch | transient ERR_ATTEMPT_TIMEOUT                | 1        | ERR_ATTEMPT_TIMEOUT | not-idempotent | ERR_ATTEMPT_TIMEOUT          | open
  stall in the headers                       | axios got fetch | transient ERR_ATTEMPT_TIMEOUT, success 200   | 2        | 200 fine            | success        | ERR_ATTEMPT_TIMEOUT          | open
  stall in mid-body                          | axios fetch     | transient ERR_ATTEMPT_TIMEOUT, success 200   | 2        | 200 fine            | success        | ERR_ATTEMPT_TIMEOUT          | open
                                             | got             | transient ERR_ATTEMPT_TIMEOUT, success 200   | 2        | 200 fine            | success        | ERR_ATTEMPT_TIMEOUT 200      | open
  stall before the headers, client's timeout | axios           | transient ECONNABORTED, success 200          | 2        | 200 fine            | success        | ECONNABORTED                 | open
                                             | got fetch       | transient ETIMEDOUT, success 200             | 2        | 200 fine            | success        | ETIMEDOUT                    | open
  stall in mid-body, client's timeout        | axios           | transient ECONNRESET, success 200            | 2        | 200 fine            | success        | ERR_BAD_RESPONSE 200         | open
                                             | got             | transient ETIMEDOUT, success 200             | 2        | 200 fine            | success        | ETIMEDOUT 200                | open
                                             | fetch           | transient ETIMEDOUT, success 200             | 2        | 200 fine            | success        | ETIMEDOUT                    | open
  503, then a stall                          | axios fetch     | transient 503, transient ERR_ATTEMPT_TIMEOUT | 2        | ERR_ATTEMPT_TIMEOUT | exhausted      | ERR_BAD_RESPONSE 503         | open
                                             | got             | transient 503, transient ERR_ATTEMPT_TIMEOUT | 2        | ERR_ATTEMPT_TIMEOUT | exhausted      | ERR_NON_2XX_3XX_RESPONSE 503 | open
`,
);
