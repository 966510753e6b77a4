import { processWide } from '@breakwater/core/adapter';

/** Most streams that may be open in one process, over all of its pages. Each one is a socket and a text per second. */
export const MAX_STREAMS = 32;

/** Shared by both builds of this package. */
const places = processWide('dashboard.streams.1', newPlaces);

/** Takes one of the places; undefined if all are taken. The returned function releases it, once. */
export function takeStreamPlace(): (() => void) | undefined {
  return places.take(MAX_STREAMS);
}

function newPlaces(): { take(most: number): (() => void) | undefined } {
  let taken = 0;
  return {
    take(most) {
      if (taken >= most) return undefined;
      taken += 1;
      let isTaken = true;
      return () => {
        if (isTaken) taken -= 1;
        isTaken = false;
      };
    },
  };
}
