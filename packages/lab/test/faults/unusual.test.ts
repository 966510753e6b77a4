// Answers that are rare and mostly right; and a server that changes its mind between attempts.
import { answers, CHUNKED, ends, fine, HALF, HEAD, redirects, resets, says } from './faults.js';
import type { Case } from './observe.js';
import { testFaults } from './table.js';

const FINE = `${HEAD}Content-Length: 4\r\n\r\nfine`;

const cases: Readonly<Record<string, Case>> = {
  '100 before the answer': { meets: [says(`HTTP/1.1 100 Continue\r\n\r\n${FINE}`)] },
  '102 before the answer': { meets: [says(`HTTP/1.1 102 Processing\r\n\r\n${FINE}`)] },
  '103 before the answer': { meets: [says(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${FINE}`)] },
  trailers: { meets: [says(`${CHUNKED}4\r\nfine\r\n0\r\nX: y\r\n\r\n`)] },
  'body until the connection ends': { meets: [ends(`${HEAD}Connection: close\r\n\r\nfine`)] },
  '204 with a body': { meets: [ends('HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nfine')] },
  'status 304': { meets: [says('HTTP/1.1 304 Not Modified\r\n\r\n')] },
  'HEAD with a body': { method: 'HEAD', meets: [ends(FINE)] },
  'HEAD with a length': { method: 'HEAD', meets: [says(`${HEAD}Content-Length: 4\r\n\r\n`)] },

  '503 as JSON, then text': {
    meets: [answers('503 Busy', '{"busy":true}', 'Content-Type: application/json'), fine],
  },
  '503, 429, 404': { maxRetries: 3, meets: [answers('503 Busy'), answers('429 Slow'), answers('404 Gone', 'gone')] },
  '503, redirect, reset, 200': { maxRetries: 3, meets: [answers('503 Busy'), redirects('/there'), resets(), fine] },
  'reset, no HTTP, cut short, 200': { maxRetries: 3, meets: [resets(), ends('no HTTP\r\n\r\n'), ends(HALF), fine] },
  'redirect to where nobody is, 200': { meets: [redirects('nobody'), fine] },
  'redirects without end': { meets: [redirects('/again')] },
};

testFaults(
  cases,
  `
  fault                            | client          | attempts                                                                                    | requests | caller                       | stop      | if it stays                  | circuit
  100 before the answer            | axios got       | success 200                                                                                 | 1        | 200 fine                     | success   | 200 fine                     | closed
                                   | fetch           | transient UND_ERR_SOCKET, transient UND_ERR_SOCKET                                          | 2        | ERR_NETWORK                  | exhausted | ERR_NETWORK                  | open
  102 before the answer            | axios got fetch | success 200                                                                                 | 1        | 200 fine                     | success   | 200 fine                     | closed
  103 before the answer            | axios got fetch | success 200                                                                                 | 1        | 200 fine                     | success   | 200 fine                     | closed
  trailers                         | axios got fetch | success 200                                                                                 | 1        | 200 fine                     | success   | 200 fine                     | closed
  body until the connection ends   | axios got fetch | success 200                                                                                 | 1        | 200 fine                     | success   | 200 fine                     | closed
  204 with a body                  | axios           | transient HPE_INVALID_CONSTANT, transient HPE_INVALID_CONSTANT                              | 2        | HPE_INVALID_CONSTANT         | exhausted | HPE_INVALID_CONSTANT         | open
                                   | got             | transient HPE_INVALID_CONSTANT, transient HPE_INVALID_CONSTANT                              | 2        | HPE_INVALID_CONSTANT 204     | exhausted | HPE_INVALID_CONSTANT 204     | open
                                   | fetch           | success 204                                                                                 | 1        | 204                          | success   | 204                          | closed
  status 304                       | axios fetch     | success 304                                                                                 | 1        | ERR_BAD_RESPONSE 304         | success   | ERR_BAD_RESPONSE 304         | closed
                                   | got             | success 304                                                                                 | 1        | 304                          | success   | 304                          | closed
  HEAD with a body                 | axios           | transient HPE_INVALID_CONSTANT, transient HPE_INVALID_CONSTANT                              | 2        | HPE_INVALID_CONSTANT         | exhausted | HPE_INVALID_CONSTANT         | open
                                   | got             | transient HPE_INVALID_CONSTANT, transient HPE_INVALID_CONSTANT                              | 2        | HPE_INVALID_CONSTANT 200     | exhausted | HPE_INVALID_CONSTANT 200     | open
                                   | fetch           | success 200                                                                                 | 1        | 200                          | success   | 200                          | closed
  HEAD with a length               | axios got fetch | success 200                                                                                 | 1        | 200                          | success   | 200                          | closed
  503 as JSON, then text           | axios fetch     | transient 503, success 200                                                                  | 2        | 200 fine                     | success   | ERR_BAD_RESPONSE 503         | open
                                   | got             | transient 503, success 200                                                                  | 2        | 200 fine                     | success   | ERR_NON_2XX_3XX_RESPONSE 503 | open
  503, 429, 404                    | axios fetch     | transient 503, throttled 429, permanent 404                                                 | 3        | ERR_BAD_REQUEST 404          | permanent | ERR_BAD_RESPONSE 503         | open
                                   | got             | transient 503, throttled 429, permanent 404                                                 | 3        | ERR_NON_2XX_3XX_RESPONSE 404 | permanent | ERR_NON_2XX_3XX_RESPONSE 503 | open
  503, redirect, reset, 200        | axios fetch     | transient 503, transient ECONNRESET, success 200                                            | 4        | 200 fine                     | success   | ERR_BAD_RESPONSE 503         | open
                                   | got             | transient 503, transient ECONNRESET, success 200                                            | 4        | 200 fine                     | success   | ERR_NON_2XX_3XX_RESPONSE 503 | open
  reset, no HTTP, cut short, 200   | axios got       | transient ECONNRESET, transient HPE_INVALID_CONSTANT, transient ECONNRESET, success 200     | 4        | 200 fine                     | success   | ECONNRESET                   | open
                                   | fetch           | transient ECONNRESET, transient HPE_INVALID_CONSTANT, transient UND_ERR_SOCKET, success 200 | 4        | 200 fine                     | success   | ERR_NETWORK                  | open
  redirect to where nobody is, 200 | axios           | transient ECONNREFUSED, success 200                                                         | 2        | 200 fine                     | success   | ECONNREFUSED                 | open
                                   | got             | transient ECONNREFUSED, transient ECONNREFUSED                                              | 1        | ECONNREFUSED                 | exhausted | ECONNREFUSED 302             | open
                                   | fetch           | transient ECONNREFUSED, success 200                                                         | 2        | 200 fine                     | success   | ERR_NETWORK                  | open
  redirects without end            | axios           | permanent ERR_FR_TOO_MANY_REDIRECTS                                                         | 22       | ERR_FR_TOO_MANY_REDIRECTS    | permanent | ERR_FR_TOO_MANY_REDIRECTS    | half-open
                                   | got             | permanent ERR_TOO_MANY_REDIRECTS                                                            | 11       | ERR_TOO_MANY_REDIRECTS 302   | permanent | ERR_TOO_MANY_REDIRECTS 302   | half-open
                                   | fetch           | permanent ERR_TOO_MANY_REDIRECTS                                                            | 21       | ERR_NETWORK                  | permanent | ERR_NETWORK                  | half-open
`,
);
