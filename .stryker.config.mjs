// `npm run mutation`: how many small mistakes in core its tests would notice. A folder at a time: `npm run mutation -- --mutate 'packages/core/src/retry/!(*.test).ts'`.
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const otherPackages = ['axios', 'cli', 'got', 'lab', 'otel', 'redis', 'simulator'].map((name) => `packages/${name}`);

// biome-ignore lint/style/noDefaultExport: that is what Stryker looks for
export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    configFile: 'jest.config.ts',
    // Not the tests with real servers and browsers: they are for what mutants of this package cannot break.
    config: {
      testMatch: ['<rootDir>/packages/core/src/**/*.test.ts', '<rootDir>/packages/core/test/{hostile,retry}-*.test.ts'],
    },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  mutate: ['packages/core/src/**/*.ts', '!packages/core/src/**/*.test.ts', '!packages/core/src/testing.ts'],
  ignorePatterns: ['coverage', 'docs', 'reports', 'packages/*/dist', ...otherPackages],
  concurrency: 2,
  // On a busy machine a slow test is no endless loop.
  timeoutMS: 30_000,
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 95, low: 90, break: 85 },
  // Not within the tree: tests that run meanwhile would find each package twice.
  tempDirName: join(tmpdir(), 'breakwater-mutation'),
};
