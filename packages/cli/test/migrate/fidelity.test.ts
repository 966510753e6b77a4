import { describe, expect, test } from '@jest/globals';
import { migrateProject, type ProjectFile } from '../../src/migrate/migrate-project.js';
import { corpusCases, migrated } from './corpus.js';

const BOM = '\uFEFF';

describe('code that is not rewritten stays as it is', () => {
  test.each([
    ['line breaks of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string) => BOM + text],
    ['both', (text: string) => BOM + text.replaceAll('\n', '\r\n')],
    ['no line break at the end', (text: string) => text.trimEnd()],
  ])('%s, in the whole corpus', (_, as) => {
    const change = (files: readonly ProjectFile[]) => files.map(({ path, text }) => ({ path, text: as(text) }));
    for (const { name, before, after, findings } of corpusCases()) {
      expect({ name, ...migrated(change(before), 'policy') }).toEqual({ name, after: change(after), findings });
    }
  });

  test('the order of files does not matter', () => {
    for (const { name, before, after } of corpusCases()) {
      const backwards = migrated([...before].reverse(), 'policy').after;
      expect({ name, after: [...backwards].reverse() }).toEqual({ name, after });
    }
  });
});

describe('bad input', () => {
  const good = { path: 'good.ts', text: "import axiosRetry from 'axios-retry';\n" };

  test.each([
    ['bad.js', 'import axios from "axios";\nconst = 1;\n', 2, /^cannot be parsed: Unexpected token/],
    ['bad.ts', 'const axios = 1 const b = 2;\n', 1, /^cannot be parsed: Missing semicolon/],
    [
      'twice.js',
      'let axios = 1;\nlet axios = 2;\n',
      2,
      /^cannot be parsed: Identifier 'axios' has already been declared/,
    ],
    [
      'bad.vue',
      '<script>\nimport axios from "axios"\nconst = 1\n</script>\n',
      3,
      /^cannot be parsed: Unexpected token/,
    ],
    [
      'open.vue',
      '<template><p></template>\n<script>import axios from "axios"\n',
      1,
      /^cannot be parsed: Element is missing end tag/,
    ],
  ])('%s is reported with its line, and the others go on', (path, text, line, message) => {
    const [bad, other] = migrateProject([{ path, text }, good], 'dropin');

    expect(bad).toMatchObject({ text, findings: [{ level: 'error', line, message: expect.stringMatching(message) }] });
    expect(other?.text).toBe("import axiosRetry from '@breakwater/axios/axios-retry';\n");
  });

  test('a file that cannot be parsed keeps the others on the drop-in if it may have requests of its own', () => {
    const setUp = "import axios from 'axios';\nimport axiosRetry from 'axios-retry';\naxiosRetry(axios);\n";
    const after = (broken: string) =>
      migrateProject(
        [
          { path: 'set-up.js', text: setUp },
          { path: 'broken.js', text: broken },
        ],
        'policy',
      )[0]?.text;

    expect(after("axios.get(url, { 'axios-retry': { retryCondition } }")).toContain('axiosRetry(axios)');
    expect(after('axios.get(url')).toContain('attachResilience(axios)');
  });

  test.each([
    [
      'flow.js',
      '// @flow\nimport axios from "axios";\nexport const load = (id: number): Promise<mixed> => axios.get(id);\n',
    ],
    ['return.cjs', "const axios = require('axios');\nif (!axios) return;\nmodule.exports = axios;\n"],
    ['octal.js', "var axios = require('axios');\nvar mode = 0755;\nwith (axios) { get(mode) }\n"],
    ['script.vue', '<script src="./axios.js"></script>\n<template><p>axios</p></template>\n'],
    ['only.vue', '<template><p>axios</p></template>\n'],
    [
      'types.d.ts',
      'import type { AxiosInstance } from "axios";\nexport const api: AxiosInstance;\nexport default function load(id: number): void;\n',
    ],
    [
      'accessor.ts',
      'import axios from "axios";\nclass A { @dec() accessor a = axios; constructor(@dec() private b: string) {} }\n',
    ],
    ['empty.js', '// axios\n'],
  ])('%s is not', (path, text) => {
    const findings = migrateProject([{ path, text }], 'policy').flatMap((file) => file.findings);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
