// A jest reporter. It says last which suites were left out because a program is missing, and what brings them.

/** Titles of skipped suites, as `describeWithRedis` and `describeWithChromium` write them. */
const WANTING = /, for want of (\S+)$/;

// biome-ignore lint/style/noDefaultExport: jest takes the default export of a reporter
export default class SkippedSuites {
  #config;

  constructor(globalConfig) {
    this.#config = globalConfig;
  }

  onRunComplete(_contexts, { testResults }) {
    const text = skippedSuites(testResults, this.#config.rootDir);
    if (text === '') return;
    const print = () => process.stderr.write(text);
    // Jest's own summary comes after the reporters.
    if (this.#config.watch || this.#config.watchAll) print();
    else process.once('exit', print);
  }
}

/** Returns the lines about skipped suites; empty if there are none. */
export function skippedSuites(testResults, rootDir) {
  const missing = new Map();
  for (const { testFilePath, testResults: tests } of testResults) {
    for (const { ancestorTitles, title, status } of tests) {
      const program = [...ancestorTitles, title].map((name) => WANTING.exec(name)?.[1]).find(Boolean);
      if (program === undefined || (status !== 'pending' && status !== 'failed')) continue;
      const suites = missing.get(program) ?? new Map();
      missing.set(program, suites);
      const file = testFilePath.startsWith(rootDir) ? testFilePath.slice(rootDir.length + 1) : testFilePath;
      suites.set(file, { status, tests: (suites.get(file)?.tests ?? 0) + 1 });
    }
  }
  if (missing.size === 0) return '';
  const lines = [...missing].flatMap(([program, suites]) => [
    `${headline(program, [...suites.values()])}:`,
    ...[...suites.keys()].sort().map((file) => `  ${file}`),
  ]);
  return `\n${lines.join('\n')}\nThis brings them (Debian): apt-get install -y ${[...missing.keys()].sort().join(' ')}\n`;
}

function headline(program, suites) {
  const skipped = suites.filter(({ status }) => status === 'pending').reduce((sum, { tests }) => sum + tests, 0);
  const count = `${suites.length} ${suites.length === 1 ? 'suite' : 'suites'}`;
  return skipped === 0
    ? `FAILED for want of ${program}, ${count}`
    : `SKIPPED for want of ${program}, ${count}, ${skipped} ${skipped === 1 ? 'test' : 'tests'}`;
}
