import { builtInScenarios } from '@breakwater/simulator';
import { Command, InvalidArgumentError } from 'commander';
import type { CommandIo } from '../command-io.js';
import { type ClientPolicy, clientPolicyIn } from './client-policies.js';
import { contenderNames } from './contender.js';
import { figures } from './recommend/goals.js';
import { runSimulate, type SimulateOptions } from './run.js';
import { seedsIn } from './seeds.js';
import { type Sweep, sweepIn } from './sweep.js';

/** Defines `breakwater simulate`: plays a failure to policies on a virtual clock. */
export function simulateCommand(io: CommandIo): Command {
  return new Command('simulate')
    .summary('play a failure to a policy, on a virtual clock')
    .description(
      'Plays a scenario to policies: modelled servers and clients around the real policies, on a virtual clock. Shows what they do to calls and to servers.',
    )
    .argument('<scenario...>', `a file (JSON, or a module that exports it), or one of ${nameList()}`)
    .option('--policy <file>', 'the policy: options as JSON, or a module; without it, the defaults')
    .option(
      '--policy-for <client=policy>',
      'a policy of its own for one client, whatever is compared: a file, or a name as for --compare; may be repeated',
      (text: string, others: readonly ClientPolicy[] = []) => [...others, clientPolicyIn(text)],
    )
    .option(
      '--compare <names>',
      `other policies, comma-separated: files, or ${contenderNames().join(', ')} (default: none)`,
      (text) => text.split(',').map((name) => name.trim()),
    )
    .option(
      '--sweep <option=from..to>',
      'seven values of an option of the policy, in equal ratios; may be given twice',
      (text: string, others: readonly Sweep[] = []) => [...others, sweepIn(text)],
    )
    .option(
      '--from <file>',
      'the normal day of production: JSON of policy.snapshot(), or snapshot.json or history.json of the live page',
    )
    .option('--key <name>', 'with --from: the key that the trouble comes to')
    .option('--timeout <ms>', "with --from: the client's own time limit for an attempt", timeoutIn)
    .option('--seed <number>', 'names the random numbers (default: 1)', oneSeed)
    .option('--seeds <list>', 'several seeds, such as 1-5: figures are means', seedsIn)
    .option('--recommend', 'search for settings that meet goals, in one or several scenarios; "all" is each built-in')
    .option(
      '--for <goals>',
      `goals of --recommend, such as "p95<800ms,success>99%", of ${Object.keys(figures).join(', ')}`,
    )
    .option('--svg <file>', 'draw charts into an SVG image')
    .option('--html <file>', 'write a report with charts, without scripts, for a browser')
    .option('--json', 'print all figures as JSON')
    .addHelpText('after', HELP)
    .action((given: readonly string[], options: SimulateOptions) => runSimulate(given, options, io));
}

const HELP = `
Examples:
  breakwater simulate brownout
  breakwater simulate metastable --compare none,naive,axios-retry,got --seeds 1-5
  breakwater simulate my-outage.json --policy policy.json --json
  breakwater simulate outage --sweep breaker.openMs=250..60000
  breakwater simulate outage --from snapshot.json --key https://payments.example.com
  breakwater simulate brownout partial-hang --recommend --for "p95<800ms,success>99%"

The same seed gives the same figures. Exit codes: 0 fine, 2 bad usage or scenario.`;

function nameList(): string {
  return builtInScenarios.map(({ name }) => name).join(', ');
}

function timeoutIn(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < 2 ** 31) return value;
  throw new InvalidArgumentError(`It must be a number of ms > 0 and < ${2 ** 31}.`);
}

function oneSeed(text: string): number {
  const [seed, ...others] = seedsIn(text);
  if (seed === undefined || others.length > 0) throw new InvalidArgumentError('Several seeds are for --seeds.');
  return seed;
}
