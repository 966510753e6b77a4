// A consumer of the core in TypeScript, compiled in every way that it promises. It never runs.
import { CircuitOpenError, type Clock, createPolicy, type Policy, presets } from '@breakwater/core';
import { ManualClock, seededRandom } from '@breakwater/core/testing';

const clock: Clock = new ManualClock();
const policy: Policy = createPolicy({ ...presets.standard, clock, random: seededRandom(1) });

export async function execute(): Promise<number> {
  const wrapped = policy.wrap(async (count: number) => count, { key: 'wrapped' });
  const attempt: number = await policy.execute(({ attempt, signal }) => (signal.aborted ? 0 : attempt), { key: 'db' });
  return attempt + (await wrapped(1));
}

export const isOpen = (error: unknown): error is CircuitOpenError => error instanceof CircuitOpenError;

// @ts-expect-error the modes are others
export const wrongMode = () => createPolicy({ mode: 'on' });
