import { presets } from '@breakwater/core';
import { rivals, type Scenario } from '@breakwater/simulator';
import { UsageError } from '../command-io.js';
import { contenderNames, DEFAULTS, policyOfFile } from './contender.js';
import type { NamedScenario } from './scenario-source.js';

/** A policy for one client, as given on the command line: `stock-to-database=none`. */
export interface ClientPolicy {
  readonly client: string;
  /** A name, or a file. */
  readonly policy: string;
}

/** Parses `<client>=<policy>`. @throws UsageError naming rule and value */
export function clientPolicyIn(text: string): ClientPolicy {
  // The name of a client may be an address with a query.
  const at = text.lastIndexOf('=');
  const [client, policy] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (client === '' || policy === '') {
    throw new UsageError(`--policy-for must be <client>=<policy>, got ${JSON.stringify(text)}`);
  }
  return { client, policy };
}

/** Returns the scenario with these policies in place of its own. @throws UsageError for an unknown client or policy */
export async function withClientPolicies(
  { name, scenario }: NamedScenario,
  policies: readonly ClientPolicy[],
  cwd: string,
): Promise<NamedScenario> {
  let { clients } = scenario;
  for (const { client, policy } of policies) {
    const model = clients[client];
    if (model === undefined || !Object.hasOwn(clients, client)) {
      throw new UsageError(
        `--policy-for must name one of the clients ${Object.keys(clients).join(', ')}, got ${JSON.stringify(client)}`,
      );
    }
    const own = await policyNamed(policy, cwd);
    clients = Object.fromEntries(
      Object.entries(clients).map(([other, its]) => [
        other,
        // Clients of one application have one policy.
        (its.application ?? other) === (model.application ?? client) ? { ...its, policy: own } : its,
      ]),
    );
  }
  return { name, scenario: { ...scenario, clients } };
}

async function policyNamed(given: string, cwd: string): Promise<Scenario['clients'][string]['policy']> {
  if (given === DEFAULTS) return {};
  if (Object.hasOwn(rivals, given)) return given;
  if (Object.hasOwn(presets, given)) return presets[given as keyof typeof presets];
  if (/^[\w-]+$/.test(given)) {
    const names = contenderNames().join(', ');
    throw new UsageError(`--policy-for must give a file or one of ${names}, got ${JSON.stringify(given)}`);
  }
  return policyOfFile(given, cwd);
}
