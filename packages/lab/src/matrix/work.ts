import type { Cell } from './plan.js';
import type { CellResult } from './result.js';
import { runPackages, runSuite } from './run-suite.js';
import { runTests } from './run-tests.js';
import { compileTypes } from './run-types.js';
import type { Finding, SuiteReport } from './suite/report.js';
import { axiosReleases, type ClientRelease, gotReleases, type Release } from './versions.js';
import type { Workshop } from './workshop.js';

/** Tries one cell. What goes wrong is a finding: it never rejects. */
export async function workOn(cell: Cell, workshop: Workshop): Promise<CellResult> {
  if (cell.none !== undefined) return { cell, shown: [], failed: [], lacking: [] };
  try {
    return { cell, ...(await reportOn(cell, workshop)) };
  } catch (error) {
    const failed: Finding[] = [{ name: 'it can be set up', message: String(error) }];
    return { cell, shown: [], failed, lacking: [] };
  }
}

type Findings = Pick<SuiteReport, 'shown' | 'failed' | 'lacking'>;

async function reportOn({ work, node }: Cell, workshop: Workshop): Promise<Findings> {
  switch (work.kind) {
    case 'behaviour': {
      const directory = await workshop.clientProject(work.client, work.release);
      return runSuite(await programOf(node, workshop), directory, work.client, work.format);
    }
    case 'packages':
      return runPackages(await programOf(node, workshop), await workshop.allPackages());
    case 'types': {
      const { of } = work;
      const directory = await (of ? workshop.clientProject(of.client, of.release) : workshop.allPackages());
      return compileTypes(await workshop.compiler(work.typeScript), directory, work);
    }
    case 'runner': {
      const directory = await workshop.runnerProject(work.runner, newestFor(axiosReleases), newestFor(gotReleases));
      return runTests(await programOf(node, workshop), directory, work.runner, work.variant);
    }
  }
}

function programOf(node: Release | undefined, workshop: Workshop): Promise<string> {
  if (node === undefined) throw new Error('this cell has no Node');
  return workshop.nodeProgram(node);
}

/** The newest that runs on every Node that a test runner does. */
function newestFor(releases: readonly ClientRelease[]): ClientRelease {
  const found = releases.filter(({ fromNode }) => fromNode <= OLDEST_NODE).at(-1);
  if (found === undefined) throw new Error('no release runs on every Node');
  return found;
}

const OLDEST_NODE = 20;
