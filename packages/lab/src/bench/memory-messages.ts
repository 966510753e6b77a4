/** Holders of keys, each in a process of its own. */
export const holders = [
  'breakwater',
  'breakwater, window full of failures',
  'cockatiel, sampling breaker',
  'cockatiel, consecutive breaker',
  'opossum',
] as const;
export type Holder = (typeof holders)[number];

export type MemoryOrder = { readonly keys: number } & (
  | { readonly kind: 'hold'; readonly holder: Holder }
  | { readonly kind: 'evict' }
);

/** Bytes of heap over what there was before the keys. */
export type MemoryAnswer =
  | { readonly kind: 'hold'; readonly bytesPerKey: number }
  | {
      readonly kind: 'evict';
      readonly held: number;
      readonly lru: number;
      readonly idle: number;
      readonly timers: number;
    };
