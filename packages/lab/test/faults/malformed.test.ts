// Answers that are not as they should be.
import { gzipSync } from 'node:zlib';
import { answers, CHUNKED, compressed, ends, fine, HEAD, stalls } from './faults.js';
import type { Case } from './observe.js';
import { testFaults } from './table.js';

const ZIPPED = gzipSync('fine'.repeat(100));
const GARBLED = Buffer.from(ZIPPED).fill(0xff, 12, 20);
/** Five megabytes in five kilobytes. */
const BOMB = gzipSync(Buffer.alloc(5_000_000));

const cases: Readonly<Record<string, Case>> = {
  'no HTTP': { meets: [ends('this is no HTTP\r\n\r\n'), fine] },
  'status line without a status': { meets: [ends('HTTP/1.1 fine\r\n\r\n'), fine] },
  'header without a colon': { meets: [ends(`${HEAD}no colon here\r\nContent-Length: 4\r\n\r\nfine`), fine] },
  'control character in a header': { meets: [ends(`${HEAD}X: a\u0000b\r\nContent-Length: 4\r\n\r\nfine`), fine] },
  'headers without end': { meets: [ends(`${HEAD}X: ${'x'.repeat(100_000)}`), fine] },
  'chunk without a size': { meets: [ends(`${CHUNKED}not hex\r\nfine\r\n0\r\n\r\n`), fine] },
  'length too long, then the end': { meets: [ends(`${HEAD}Content-Length: 9\r\n\r\nfine`), fine] },
  'length too long, then silence': { meets: [stalls(`${HEAD}Content-Length: 9\r\n\r\nfine`), fine] },
  'length too short': { meets: [ends(`${HEAD}Content-Length: 2\r\n\r\nfine`), fine] },
  'two lengths': { meets: [ends(`${HEAD}Content-Length: 4\r\nContent-Length: 5\r\n\r\nfine`), fine] },
  'length that is no number': { meets: [ends(`${HEAD}Content-Length: four\r\n\r\nfine`), fine] },
  'both a length and chunks': {
    meets: [ends(`${HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\n\r\n`), fine],
  },
  'compressed body cut short': { meets: [compressed(ZIPPED.subarray(0, -12)), fine] },
  'compressed body garbled': { meets: [compressed(GARBLED), fine] },
  'compressed body that is not': { meets: [compressed(Buffer.from('fine')), fine] },
  'compressed bomb': { maxBytes: 100_000, meets: [compressed(BOMB), fine] },
  'body over the limit': { maxBytes: 1_000, meets: [answers('200 OK', 'x'.repeat(5_000)), fine] },
};

testFaults(
  cases,
  `
  fault                         | client      | attempts                                             | requests | caller              | stop      | if it stays                   | circuit
  no HTTP                       | axios got   | transient HPE_INVALID_CONSTANT, success 200          | 2        | 200 fine            | success   | HPE_INVALID_CONSTANT          | open
                                | fetch       | transient HPE_INVALID_CONSTANT, success 200          | 2        | 200 fine            | success   | ERR_NETWORK                   | open
  status line without a status  | axios got   | transient HPE_INVALID_STATUS, success 200            | 2        | 200 fine            | success   | HPE_INVALID_STATUS            | open
                                | fetch       | transient HPE_INVALID_STATUS, success 200            | 2        | 200 fine            | success   | ERR_NETWORK                   | open
  header without a colon        | axios got   | transient HPE_INVALID_HEADER_TOKEN, success 200      | 2        | 200 fine            | success   | HPE_INVALID_HEADER_TOKEN      | open
                                | fetch       | transient HPE_INVALID_HEADER_TOKEN, success 200      | 2        | 200 fine            | success   | ERR_NETWORK                   | open
  control character in a header | axios got   | transient HPE_INVALID_HEADER_TOKEN, success 200      | 2        | 200 fine            | success   | HPE_INVALID_HEADER_TOKEN      | open
                                | fetch       | transient HPE_INVALID_HEADER_TOKEN, success 200      | 2        | 200 fine            | success   | ERR_NETWORK                   | open
  headers without end           | axios got   | permanent HPE_HEADER_OVERFLOW                        | 1        | HPE_HEADER_OVERFLOW | permanent | HPE_HEADER_OVERFLOW           | half-open
                                | fetch       | permanent UND_ERR_HEADERS_OVERFLOW                   | 1        | ERR_NETWORK         | permanent | ERR_NETWORK                   | half-open
  chunk without a size          | axios       | transient HPE_INVALID_CHUNK_SIZE, success 200        | 2        | 200 fine            | success   | HPE_INVALID_CHUNK_SIZE        | open
                                | got         | transient HPE_INVALID_CHUNK_SIZE, success 200        | 2        | 200 fine            | success   | HPE_INVALID_CHUNK_SIZE 200    | open
                                | fetch       | transient HPE_INVALID_CHUNK_SIZE, success 200        | 2        | 200 fine            | success   | TypeError                     | open
  length too long, then the end | axios       | transient ECONNRESET, success 200                    | 2        | 200 fine            | success   | ERR_BAD_RESPONSE 200          | open
                                | got         | transient ECONNRESET, success 200                    | 2        | 200 fine            | success   | ECONNRESET 200                | open
                                | fetch       | transient UND_ERR_SOCKET, success 200                | 2        | 200 fine            | success   | TypeError                     | open
  length too long, then silence | axios fetch | transient ERR_ATTEMPT_TIMEOUT, success 200           | 2        | 200 fine            | success   | ERR_ATTEMPT_TIMEOUT           | open
                                | got         | transient ERR_ATTEMPT_TIMEOUT, success 200           | 2        | 200 fine            | success   | ERR_ATTEMPT_TIMEOUT 200       | open
  length too short              | axios       | transient HPE_INVALID_CONSTANT, success 200          | 2        | 200 fine            | success   | HPE_INVALID_CONSTANT          | open
                                | got         | transient HPE_INVALID_CONSTANT, success 200          | 2        | 200 fine            | success   | HPE_INVALID_CONSTANT 200      | open
                                | fetch       | success 200                                          | 1        | 200 fi              | success   | 200 fi                        | closed
  two lengths                   | axios got   | transient HPE_UNEXPECTED_CONTENT_LENGTH, success 200 | 2        | 200 fine            | success   | HPE_UNEXPECTED_CONTENT_LENGTH | open
                                | fetch       | transient HPE_UNEXPECTED_CONTENT_LENGTH, success 200 | 2        | 200 fine            | success   | ERR_NETWORK                   | open
  length that is no number      | axios got   | transient HPE_INVALID_CONTENT_LENGTH, success 200    | 2        | 200 fine            | success   | HPE_INVALID_CONTENT_LENGTH    | open
                                | fetch       | transient HPE_INVALID_CONTENT_LENGTH, success 200    | 2        | 200 fine            | success   | ERR_NETWORK                   | open
  both a length and chunks      | axios got   | transient HPE_INVALID_TRANSFER_ENCODING, success 200 | 2        | 200 fine            | success   | HPE_INVALID_TRANSFER_ENCODING | open
                                | fetch       | transient HPE_UNEXPECTED_CONTENT_LENGTH, success 200 | 2        | 200 fine            | success   | ERR_NETWORK                   | open
  compressed body cut short     | axios fetch | success 200                                          | 1        | 200 263 bytes       | success   | 200 263 bytes                 | closed
                                | got         | transient Z_BUF_ERROR, success 200                   | 2        | 200 fine            | success   | Z_BUF_ERROR 200               | open
  compressed body garbled       | axios got   | permanent Z_DATA_ERROR                               | 1        | Z_DATA_ERROR 200    | permanent | Z_DATA_ERROR 200              | half-open
                                | fetch       | permanent Z_DATA_ERROR                               | 1        | TypeError           | permanent | TypeError                     | half-open
  compressed body that is not   | axios got   | permanent Z_DATA_ERROR                               | 1        | Z_DATA_ERROR 200    | permanent | Z_DATA_ERROR 200              | half-open
                                | fetch       | permanent Z_DATA_ERROR                               | 1        | TypeError           | permanent | TypeError                     | half-open
  compressed bomb               | axios fetch | permanent ERR_BAD_RESPONSE                           | 1        | ERR_BAD_RESPONSE    | permanent | ERR_BAD_RESPONSE              | half-open
                                | got         | success 200                                          | 1        | 200 5000000 bytes   | success   | 200 5000000 bytes             | closed
  body over the limit           | axios fetch | permanent ERR_BAD_RESPONSE                           | 1        | ERR_BAD_RESPONSE    | permanent | ERR_BAD_RESPONSE              | half-open
                                | got         | success 200                                          | 1        | 200 5000 bytes      | success   | 200 5000 bytes                | closed
`,
);
