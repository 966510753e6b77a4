import { builtInScenarios } from '@breakwater/simulator';
import { type CommandIo, colorsFor, progressOn, UsageError, widthOf } from '../command-io.js';
import { textReport } from '../report/text-report.js';
import { percentText } from '../report/wording.js';
import { chartsOf } from './chart/charts.js';
import { prepareReportFiles, writeReportFiles } from './chart/report-files.js';
import { type ClientPolicy, withClientPolicies } from './client-policies.js';
import { type Contender, DEFAULTS, loadContender, policyOfFile } from './contender.js';
import { loadFrom } from './from/load.js';
import { meanOutcome, type Outcome } from './outcome.js';
import { goalsIn } from './recommend/goals.js';
import { type RecommendRequest, runRecommend } from './recommend/run.js';
import { loadScenario, type NamedScenario } from './scenario-source.js';
import { simulationSections } from './sections.js';
import { type Sweep, sweptContenders } from './sweep.js';
import { openPlayers } from './threads/players.js';

/** Runs the command. @throws UsageError for contradictory options, and for invalid files */
export interface SimulateOptions {
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

/** Runs the command. @throws UsageError for options that do not go together, and for bad files */
export async function runSimulate(given: readonly string[], options: SimulateOptions, io: CommandIo): Promise<void> {
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

/** Output of `--json`. */
interface SimulationReport {
  readonly schema: 1;
  readonly scenario: string;
  readonly seeds: readonly number[];
  readonly policies: readonly { readonly name: string; readonly mean: Outcome; readonly runs: readonly Outcome[] }[];
}

/**
 * Returns a scenario by name. With `--from` it is scaled to production's figures; with `--policy-for` clients have
 * policies of their own.
 */
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

/** Several seeds separate chance from effect. */
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
