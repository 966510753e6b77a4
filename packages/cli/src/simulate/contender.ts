import { type PolicyOptions, type PolicySettings, presets } from '@breakwater/core';
import { type PolicyChoice, rivals } from '@breakwater/simulator';
import { UsageError } from '../command-io.js';
import { loadPolicy } from '../explain/policy-source.js';

/** One of the policies that are compared in a scenario. */
export interface Contender {
  readonly name: string;
  readonly policy: PolicyChoice;
}

/** The name of this library's default policy. */
export const DEFAULTS = 'defaults';

/** Returns all names that `--compare` accepts in addition to files. */
export function contenderNames(): readonly string[] {
  return [DEFAULTS, ...Object.keys(rivals), ...Object.keys(presets).filter((name) => name !== 'standard')];
}

/** Returns the policy of a name, or of a file. @throws UsageError if there is none, or if core rejects its options */
export async function loadContender(given: string, cwd: string): Promise<Contender> {
  if (given === DEFAULTS) return { name: given, policy: {} };
  if (Object.hasOwn(rivals, given)) return { name: given, policy: rivals[given as keyof typeof rivals].policy };
  if (Object.hasOwn(presets, given)) return { name: given, policy: presets[given as keyof typeof presets] };
  if (/^[\w-]+$/.test(given)) {
    const names = contenderNames().join(', ');
    throw new UsageError(`--compare must name files or some of ${names}, got ${JSON.stringify(given)}`);
  }
  return { name: given, policy: await policyOfFile(given, cwd) };
}

/** The options in a file. */
export async function policyOfFile(path: string, cwd: string): Promise<PolicyOptions> {
  const { settings } = await loadPolicy({ kind: 'file', path, exportName: undefined }, cwd);
  return optionsOf(settings);
}

/** Returns options that make a policy with these settings. Clock, randomness and store are the simulation's own. */
function optionsOf({ clock: _clock, random: _random, store: _store, ...settings }: PolicySettings): PolicyOptions {
  const { idempotency, retry } = settings;
  return {
    ...settings,
    retry: retry && { ...retry, methods: [...retry.methods], statuses: [...retry.statuses] },
    idempotency: idempotency && { ...idempotency, methods: [...idempotency.methods] },
  };
}
