/** Values that throw wherever one looks, for code that must never throw at what it is given. */
export function hostileValues(): readonly unknown[] {
  return [
    revoked({}),
    revoked([]),
    new Proxy(
      {},
      {
        get: thrower,
        has: thrower,
        ownKeys: thrower,
        getOwnPropertyDescriptor: thrower,
        getPrototypeOf: thrower,
      },
    ),
    new Proxy([], { get: thrower }),
    new Proxy({}, { get: () => revoked([]) }),
    new Proxy({}, { get: () => thrower }),
    new Proxy(new Error('hostile'), { get: thrower }),
  ];
}

export function thrower(): never {
  throw new Error('do not look');
}

/** A proxy at which everything throws, `Array.isArray` too. */
export function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}
