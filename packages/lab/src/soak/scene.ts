import type { Ledger } from './ledger.js';
import type { Policies } from './policies.js';
import { pathOf, type Step } from './steps.js';

/** Tools of a scenario: one of many workers, each with a chance of its own. */
export interface Scene {
  readonly ledger: Ledger;
  readonly policies: Policies;
  readonly random: () => number;
  /** A URL whose requests meet these steps, at any of the hosts. */
  url(...steps: readonly Step[]): string;
  /** A name that no other call has had. */
  unique(prefix: string): string;
  pick<T>(from: readonly T[]): T;
}

export function newScene(
  worker: string,
  ports: readonly number[],
  random: () => number,
  shared: Pick<Scene, 'ledger' | 'policies'>,
): Scene {
  let count = 0;
  const unique = (prefix: string): string => {
    count += 1;
    return `${prefix}-${worker}-${count}`;
  };
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  return {
    ...shared,
    random,
    unique,
    pick,
    url: (...steps) => `http://127.0.0.1:${pick(ports)}${pathOf(unique('s'), steps)}`,
  };
}
