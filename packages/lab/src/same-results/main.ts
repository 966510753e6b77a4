// `npm run lab:same-results`: plays all built-in scenarios on several releases of Node, and compares the figures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presets } from '@breakwater/core';
import { builtInScenarios, rivals } from '@breakwater/simulator';
import { program, runProgram } from '../harness/program.js';
import { runChild } from '../matrix/child.js';
import { packTarballs } from '../matrix/tarballs.js';
import { nodes, type Release } from '../matrix/versions.js';
import { openWorkshop, type Workshop } from '../matrix/workshop.js';
import { differences, type Figures } from './differences.js';
import { oddPolicies } from './odd-policies.js';

const about = `Plays each built-in scenario with each policy that \`simulate --compare\` knows, and with some whose waits are no whole numbers, by the packed \
command line on real releases of Node. The same seed has to give the same figures to the last bit. It needs an npm registry, and takes minutes.`;

interface Options {
  readonly build: boolean;
  readonly seed: string;
  readonly node: readonly Release[];
}

await runProgram(
  (args) =>
    program('lab:same-results', about)
      .option('--no-build', 'packs what has been built already')
      .option(
        '--node <names>',
        'releases of Node, comma-separated; the first is what the others are compared with',
        releases,
        nodes,
      )
      .option('--seed <number>', 'names the random numbers', '1')
      .parse(args, { from: 'user' })
      .opts<Options>(),
  async (options) => {
    const directory = mkdtempSync(join(tmpdir(), 'breakwater-same-results-'));
    try {
      return await compare(directory, options);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
);

function releases(text: string): readonly Release[] {
  const names = text.split(',');
  const unknown = names.find((name) => !nodes.some((node) => node.name === name));
  if (unknown !== undefined || names.length < 2) {
    throw new RangeError(`--node must name two or more of ${nodes.map(({ name }) => name).join(', ')}, got ${text}`);
  }
  return nodes.filter(({ name }) => names.includes(name));
}

async function compare(directory: string, { build, node: chosen, seed }: Options): Promise<number> {
  const workshop = await openWorkshop(directory, await packTarballs(join(directory, 'tarballs'), build));
  const project = await workshop.allPackages();
  const files = Object.entries(oddPolicies).map(([name, policy]) => {
    writeFileSync(join(project, name), JSON.stringify(policy));
    return name;
  });
  const policies = [...Object.keys(rivals), ...Object.keys(presets).filter((name) => name !== 'standard'), ...files];
  let found = 0;
  let first: readonly [string, Figures] | undefined;
  for (const node of chosen) {
    const own = [`Node ${node.name}`, await figuresOn(node, workshop, project, policies, seed)] as const;
    first ??= own;
    const lines = differences(new Map([first, own]));
    found += lines.length;
    // Said at once: a run takes minutes.
    if (own !== first) console.log(lines.length === 0 ? `${own[0]}: the same as ${first[0]}.` : lines.join('\n'));
  }
  const count = `${builtInScenarios.length} scenarios with ${policies.length + 1} policies and seed ${seed}`;
  console.log(`${count}: ${found === 0 ? 'the same to the last bit' : `${found} differences`}.`);
  return found === 0 ? 0 : 1;
}

async function figuresOn(
  node: Release,
  workshop: Workshop,
  project: string,
  policies: readonly string[],
  seed: string,
): Promise<Figures> {
  const nodeProgram = await workshop.nodeProgram(node);
  const figures = new Map<string, string>();
  for (const { name } of builtInScenarios) {
    console.error(`Node ${node.name}: ${name}`);
    const main = join(project, 'node_modules/@breakwater/cli/dist/esm/main.js');
    const args = [main, 'simulate', name, '--compare', policies.join(','), '--seed', seed, '--json'];
    const { code, stderr, stdout } = await runChild(nodeProgram, args, { cwd: project, longestMs: 300_000 });
    if (code !== 0) throw new Error(`simulate ${name} failed on Node ${node.name}:\n${stderr}`);
    const { policies: played } = JSON.parse(stdout) as { readonly policies: readonly { readonly name: string }[] };
    for (const outcome of played) figures.set(`${name}, ${outcome.name}`, JSON.stringify(outcome));
  }
  return figures;
}
