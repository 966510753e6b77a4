import { builtInScenarios } from '@breakwater/simulator';
import { Command, InvalidArgumentError } from 'commander';
import { type CommandIo, colorsFor, progressOn, UsageError, widthOf } from '../command-io.js';
import { textReport } from '../report/text-report.js';
import { percentText } from '../report/wording.js';
import { chartsOf } from './chart/charts.js';
import { prepareReportFiles, writeReportFiles } from './chart/report-files.js';
import { type ClientPolicy, clientPolicyIn, withClientPolicies } from './client-policies.js';
import { type Contender, contenderNames, DEFAULTS, loadContender, policyOfFile } from './contender.js';
import { loadFrom } from './from/load.js';
import { meanOutcome, type Outcome } from './outcome.js';
import { figures, goalsIn } from './recommend/goals.js';
import { type RecommendRequest, runRecommend } from './recommend/run.js';
import { loadScenario, type NamedScenario } from './scenario-source.js';
import { simulationSections } from './sections.js';
import { seedsIn } from './seeds.js';
import { type Sweep, sweepIn, sweptContenders } from './sweep.js';
import { openPlayers } from './threads/players.js';

interface SimulateOptions {
  readonly policy?: string;
  readonly policyFor?: readonly ClientPolicy[];
  readonly compare?: readonly string[];
  readonly sweep?: readonly Sweep[];
  readonly seed?: number;
  readonly seeds?: readonly number[];
  readonly from?: string;
  readonly key?: string;
  readonly timeout?: number;
  readonly recommend?: true;
  readonly for?: string;
  readonly svg?: string;
  readonly html?: string;
  readonly json?: true;
}

/** `breakwater simulate`: plays a failure to policies on a virtual clock. */
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
    .action((given: readonly string[], options: SimulateOptions) => run(given, options, io));
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

/** Output of `--json`. */
interface SimulationReport {
  readonly schema: 1;
  readonly scenario: string;
  readonly seeds: readonly number[];
  readonly policies: readonly { readonly name: string; readonly mean: Outcome; readonly runs: readonly Outcome[] }[];
}

async function run(given: readonly string[], options: SimulateOptions, io: CommandIo): Promise<void> {
  if (options.seed !== undefined && options.seeds !== undefined)
    throw new UsageError('give --seed or --seeds, not both');
  const seeds = options.seeds ?? (options.seed === undefined ? undefined : [options.seed]);
  if (options.recommend === true || options.for !== undefined)
    return runRecommend(await requestOf(given, options, seeds, io.cwd), io);
  const [only = '', ...others] = given;
  if (others.length > 0) {
    throw new UsageError(`several scenarios are for --recommend, got ${given.join(', ')}`);
  }
  await compare(await scenarioNamed(only, options, io.cwd), options, seeds ?? [1], io);
}

/** With `--from`, the scenario comes to what production measured; with `--policy-for`, clients have policies of their own. */
async function scenarioNamed(
  name: string,
  { from, key, policyFor = [], timeout }: SimulateOptions,
  cwd: string,
): Promise<NamedScenario> {
  if (from === undefined && (key ?? timeout) !== undefined) {
    throw new UsageError(`--${key === undefined ? 'timeout' : 'key'} is for --from`);
  }
  const named = await loadScenario(name, cwd);
  const own = from === undefined ? named : await loadFrom(from, named, { key, timeoutMs: timeout }, cwd);
  return withClientPolicies(own, policyFor, cwd);
}

async function compare(
  named: NamedScenario,
  options: SimulateOptions,
  seeds: readonly number[],
  io: CommandIo,
): Promise<void> {
  await prepareReportFiles(options, io.cwd);
  const contenders = await contendersOf(options, io.cwd);
  const report = await reportOf(named, contenders, seeds, io);
  const sections = simulationSections(named.scenario, report.policies, seeds);
  const heading = `Simulation of ${named.name}`;
  const look = { colors: colorsFor(io.stdout, io.env), width: widthOf(io.stdout) };
  io.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : textReport(heading, sections, look));
  await writeReportFiles(options, heading, sections, chartsOf(named.scenario, report.policies), io);
}

/** Several seeds tell chance from effect. */
const SEARCH_SEEDS = [1, 2, 3, 4];

async function requestOf(
  given: readonly string[],
  options: SimulateOptions,
  seeds: readonly number[] = SEARCH_SEEDS,
  cwd: string,
): Promise<RecommendRequest> {
  const { compare, json = false, policy, sweep } = options;
  if (options.recommend !== true) throw new UsageError(`--for is for --recommend, got ${JSON.stringify(options.for)}`);
  if (options.for === undefined) throw new UsageError('--recommend needs goals: --for "p95<800ms,success>99%"');
  if (options.svg !== undefined || options.html !== undefined) {
    throw new UsageError(`--${options.svg === undefined ? 'html' : 'svg'} is not for --recommend`);
  }
  if (compare !== undefined || sweep !== undefined) {
    throw new UsageError(
      `--recommend finds the policies by itself, without --${compare === undefined ? 'sweep' : 'compare'}`,
    );
  }
  const goals = goalsIn(options.for);
  const names = [
    ...new Set(given.flatMap((name) => (name === 'all' ? builtInScenarios.map((one) => one.name) : name))),
  ];
  return {
    scenarios: await Promise.all(names.map((name) => scenarioNamed(name, options, cwd))),
    goals,
    start: { name: policy ?? DEFAULTS, options: policy === undefined ? {} : await policyOfFile(policy, cwd) },
    seeds,
    json,
  };
}

async function contendersOf(
  { policy, compare = ['none'], sweep = [] }: SimulateOptions,
  cwd: string,
): Promise<readonly Contender[]> {
  const options = policy === undefined ? {} : await policyOfFile(policy, cwd);
  const own = { name: policy ?? DEFAULTS, policy: options };
  const others = await Promise.all(compare.map((name) => loadContender(name, cwd)));
  const swept = sweep.length === 0 ? [] : sweptContenders(options, sweep);
  return [own, ...swept, ...others.filter(({ name }) => name !== own.name)];
}

async function reportOf(
  { name: scenarioName, scenario }: NamedScenario,
  contenders: readonly Contender[],
  seeds: readonly number[],
  io: CommandIo,
): Promise<SimulationReport> {
  const progress = progressOn(io);
  const players = openPlayers(io.cores);
  const tasks = contenders.flatMap(({ name, policy }) => seeds.map((seed) => ({ name, policy, scenario, seed })));
  try {
    const outcomes = await players.play(tasks, (index, share) => {
      const { name = '', seed } = tasks[index] ?? {};
      const count = `${index + 1} of ${tasks.length}`;
      progress.show(`${scenarioName}: ${name}, seed ${seed} (${count})${share > 0 ? `, ${percentText(share)}` : ''}`);
    });
    const policies = contenders.map(({ name }, index) => {
      const runs = outcomes.slice(index * seeds.length, (index + 1) * seeds.length);
      return { name, mean: meanOutcome(runs), runs };
    });
    return { schema: 1, scenario: scenarioName, seeds, policies };
  } finally {
    progress.clear();
    await players.close();
  }
}
