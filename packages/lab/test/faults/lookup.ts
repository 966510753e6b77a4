import type { LookupFunction } from 'node:net';

/** A name whose address cannot be resolved so many times, and then is loopback's. */
export function failing(code: string, times = Number.POSITIVE_INFINITY): LookupFunction {
  let calls = 0;
  return (hostname, options, found) => {
    calls += 1;
    if (calls <= times) {
      const error = Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, syscall: 'getaddrinfo' });
      process.nextTick(found, error, '');
    } else if (options.all) {
      process.nextTick(found, null, [{ address: '127.0.0.1', family: 4 }]);
    } else {
      process.nextTick(found, null, '127.0.0.1', 4);
    }
  };
}
