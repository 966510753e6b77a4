// The upstream cannot be reached by its name, or does not prove who it is.
import { SELF_SIGNED } from '../../../core/test/self-signed.js';
import { EXPIRED, VALID } from './certificates.js';
import { fine, onConnection, silent } from './faults.js';
import { failing } from './lookup.js';
import type { Case } from './observe.js';
import { testFaults } from './table.js';

const cases: Readonly<Record<string, Case>> = {
  'name unknown, then known': { lookup: () => failing('ENOTFOUND', 1), meets: [fine] },
  'name unknown, then known, POST': { method: 'POST', lookup: () => failing('ENOTFOUND', 1), meets: [fine] },
  'name unknown, for good': { lookup: () => failing('ENOTFOUND'), meets: [fine] },
  'name server out of reach, then back': { lookup: () => failing('EAI_AGAIN', 1), meets: [fine] },
  'name server out of reach, for good': { lookup: () => failing('EAI_AGAIN'), meets: [fine] },

  'good certificate': { tls: VALID, ca: VALID.cert, meets: [fine] },
  'self-signed certificate': { tls: SELF_SIGNED, meets: [fine] },
  'expired certificate': { tls: EXPIRED, ca: EXPIRED.cert, meets: [fine] },
  'certificate of another host': { tls: SELF_SIGNED, ca: SELF_SIGNED.cert, meets: [fine] },
  'plain HTTP where TLS should be': {
    scheme: 'https',
    meets: [onConnection(({ socket }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  },
  'reset in the TLS handshake': {
    scheme: 'https',
    meets: [onConnection(({ socket }) => socket.once('data', () => socket.resetAndDestroy()))],
  },
  'end in the TLS handshake, POST': {
    scheme: 'https',
    method: 'POST',
    meets: [onConnection(({ socket }) => socket.once('data', () => socket.end()))],
  },
  'stall in the TLS handshake': { scheme: 'https', meets: [silent] },
};

testFaults(
  cases,
  `
  fault                               | client          | attempts                                                                       | requests | caller                       | stop      | if it stays                  | circuit
  name unknown, then known            | axios got       | transient ENOTFOUND, success 200                                               | 1        | 200 fine                     | success   | ENOTFOUND                    | open
  name unknown, then known, POST      | axios got       | transient ENOTFOUND, success 200                                               | 1        | 200 fine                     | success   | ENOTFOUND                    | open
  name unknown, for good              | axios got       | transient ENOTFOUND, transient ENOTFOUND                                       | 0        | ENOTFOUND                    | exhausted | ENOTFOUND                    | open
  name server out of reach, then back | axios got       | transient EAI_AGAIN, success 200                                               | 1        | 200 fine                     | success   | EAI_AGAIN                    | open
  name server out of reach, for good  | axios got       | transient EAI_AGAIN, transient EAI_AGAIN                                       | 0        | EAI_AGAIN                    | exhausted | EAI_AGAIN                    | open
  good certificate                    | axios got       | success 200                                                                    | 1        | 200 fine                     | success   | 200 fine                     | closed
  self-signed certificate             | axios got       | permanent DEPTH_ZERO_SELF_SIGNED_CERT                                          | 0        | DEPTH_ZERO_SELF_SIGNED_CERT  | permanent | DEPTH_ZERO_SELF_SIGNED_CERT  | half-open
                                      | fetch           | permanent DEPTH_ZERO_SELF_SIGNED_CERT                                          | 0        | ERR_NETWORK                  | permanent | ERR_NETWORK                  | half-open
  expired certificate                 | axios got       | permanent CERT_HAS_EXPIRED                                                     | 0        | CERT_HAS_EXPIRED             | permanent | CERT_HAS_EXPIRED             | half-open
  certificate of another host         | axios got       | permanent ERR_TLS_CERT_ALTNAME_INVALID                                         | 0        | ERR_TLS_CERT_ALTNAME_INVALID | permanent | ERR_TLS_CERT_ALTNAME_INVALID | half-open
  plain HTTP where TLS should be      | axios got       | transient EPROTO, transient EPROTO                                             | 0        | EPROTO                       | exhausted | EPROTO                       | open
                                      | fetch           | transient ERR_SSL_WRONG_VERSION_NUMBER, transient ERR_SSL_WRONG_VERSION_NUMBER | 0        | ERR_NETWORK                  | exhausted | ERR_NETWORK                  | open
  reset in the TLS handshake          | axios got       | transient ECONNRESET, transient ECONNRESET                                     | 0        | ECONNRESET                   | exhausted | ECONNRESET                   | open
                                      | fetch           | transient ECONNRESET, transient ECONNRESET                                     | 0        | ERR_NETWORK                  | exhausted | ERR_NETWORK                  | open
  end in the TLS handshake, POST      | axios got       | transient ECONNRESET, transient ECONNRESET                                     | 0        | ECONNRESET                   | exhausted | ECONNRESET                   | open
                                      | fetch           | transient ECONNRESET, transient ECONNRESET                                     | 0        | ERR_NETWORK                  | exhausted | ERR_NETWORK                  | open
  stall in the TLS handshake          | axios got fetch | transient ERR_ATTEMPT_TIMEOUT, transient ERR_ATTEMPT_TIMEOUT                   | 0        | ERR_ATTEMPT_TIMEOUT          | exhausted | ERR_ATTEMPT_TIMEOUT          | open
`,
);
