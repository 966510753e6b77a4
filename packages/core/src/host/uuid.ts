interface HostCrypto {
  randomUUID?(): string;
}

/**
 * Returns a version 4 UUID: the host's own if it has one (browsers: in secure contexts only), else one made of
 * `random`.
 */
export function randomUuid(random: () => number): string {
  const { crypto } = globalThis as { crypto?: HostCrypto };
  return crypto?.randomUUID?.() ?? uuidFrom(random);
}

function uuidFrom(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) => {
    const digit = Math.floor(random() * 16);
    return (place === 'x' ? digit : (digit & 0x3) | 0x8).toString(16);
  });
}
