// Checks that the packages can be published: `npm run check:publish`. With --write it also puts the project's address,
// which is the `repository.url` of the root manifest, into their manifests and READMEs, as the publish workflow does.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { program, runProgram } from '../harness/program.js';
import { addressIn, manifestWith, readmeWith, relativeLinks } from './address.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

interface Manifest {
  readonly private?: boolean;
  readonly keywords?: readonly string[];
  readonly repository?: { readonly url?: string };
}

const { repository } = JSON.parse(read('package.json')) as Manifest;
const address = addressIn(repository?.url);
const packages = readdirSync(`${root}packages`)
  .map((name) => `packages/${name}`)
  .filter((directory) => existsSync(`${root}${directory}/package.json`))
  .map((directory) => ({ directory, manifest: JSON.parse(read(`${directory}/package.json`)) as Manifest }))
  .filter(({ manifest }) => manifest.private !== true);

const about = 'Checks that the packages can be published.';

await runProgram(
  (args) =>
    program('check:publish', about)
      .option('--write', "puts the project's address into manifests and READMEs", false)
      .parse(args, { from: 'user' })
      .opts<{ write: boolean }>(),
  async ({ write }) => check(write),
);

function check(write: boolean): number {
  const problems = [
    ...(address === undefined
      ? ['package.json: repository.url is empty, so no package can say where it comes from']
      : []),
    ...packages.flatMap(({ directory, manifest }) => [
      ...(manifest.keywords?.length ? [] : [`${directory}/package.json: keywords are missing`]),
      ...relativeLinks(read(`${directory}/README.md`), directory)
        .filter((target) => !existsSync(`${root}${target}`))
        .map((target) => `${directory}/README.md: a link leads to ${target}, which is not there`),
    ]),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) return 1;
  if (address !== undefined && write) {
    for (const { directory, manifest } of packages) {
      writeFileSync(
        `${root}${directory}/package.json`,
        `${JSON.stringify(manifestWith(manifest, directory, address), null, 2)}\n`,
      );
      writeFileSync(`${root}${directory}/README.md`, readmeWith(read(`${directory}/README.md`), directory, address));
    }
  }
  return 0;
}
