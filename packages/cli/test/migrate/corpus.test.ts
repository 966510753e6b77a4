import { describe, expect, test } from '@jest/globals';
import type { ProjectFile } from '../../src/migrate/migrate-project.js';
import { programOf } from '../../src/migrate/parse/syntax.js';
import { corpusCases, migrated } from './corpus.js';

const cases = corpusCases().map((entry) => [entry.name, entry] as const);

test('the corpus has enough cases', () => expect(cases.length).toBeGreaterThanOrEqual(60));

describe.each(cases)('%s', (_, { before, after, findings }) => {
  test('becomes the result in the corpus, with these findings', () => {
    expect(migrated(before, 'policy')).toEqual({ after, findings });
  });

  test('changes nothing the second time, and then has nothing left to rewrite', () => {
    const again = migrated(after, 'policy');
    expect(again.after).toEqual(after);
    expect(again.findings.filter((finding) => finding.includes(' rewrite '))).toEqual([]);
  });

  test('still parses', () => {
    for (const { path, text } of after) expect(() => programOf(path, text)).not.toThrow();
  });

  test('has the same result by way of the drop-in, and keeps each comment', () => {
    const first = migrated(before, 'dropin').after;
    expect(migrated(first, 'policy').after).toEqual(after);
    expect(after.map(commentsIn)).toEqual(before.map(commentsIn));
  });

  test('differs from the original by nothing but the names of modules, on the drop-in', () => {
    const { after: dropIn } = migrated(before, 'dropin');
    const undone = dropIn.map(({ path, text }) => ({
      path,
      text: text.replaceAll(/@breakwater\/axios\/(axios-retry|retry-axios)/g, '$1'),
    }));
    const original = before.map(({ path, text }) => ({
      path,
      text: text.replaceAll(/@breakwater\/axios\/(axios-retry|retry-axios)/g, '$1'),
    }));
    expect(undone).toEqual(original);
    expect(migrated(dropIn, 'dropin').after).toEqual(dropIn);
  });
});

function commentsIn({ path, text }: ProjectFile): string[] {
  const file = programOf(path, text)?.parent as { comments?: readonly { value: string }[] } | undefined;
  return file?.comments?.map(({ value }) => value.trim()) ?? [];
}
