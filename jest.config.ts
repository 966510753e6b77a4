/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testMatch: ['<rootDir>/packages/*/src/**/*.test.ts', '<rootDir>/packages/*/test/**/*.test.ts'],
  testEnvironment: '<rootDir>/packages/lab/scripts/promises-unfollowed.mjs',
  testSequencer: '<rootDir>/packages/lab/scripts/simulations-first.mjs',
  reporters: ['default', '<rootDir>/packages/lab/scripts/skipped-suites.mjs'],
  // Each suite has a module graph of its own that Node never frees, so one process for all suites comes to its heap's
  // limit and crawls. A worker above this size is replaced; on one core, too, the suites run in a worker.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '800MB',
  // Packages of this repository resolve to their source, so that no test needs a build.
  testEnvironmentOptions: { customExportConditions: ['@breakwater/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // `isolatedModules` of tsconfig.base.json makes this a mere transpilation; `npm run check:types` checks the types.
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: '<rootDir>/tsconfig.base.json' }] },
  coverageProvider: 'babel',
  coverageDirectory: '<rootDir>/coverage',
  coverageReporters: ['text', 'lcov'],
  collectCoverageFrom: ['packages/*/src/**/*.ts', '!packages/*/src/**/*.test.ts', '!packages/lab/**'],
  // Jest looks at this only when it collects coverage: `npm run test:coverage`.
  coverageThreshold: { global: {}, './packages/core/src/': { branches: 95 } },
};

export default config;
