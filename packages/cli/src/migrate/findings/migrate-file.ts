import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { commentsOf } from '../file/file-summary.js';
import type { Context } from '../file/source.js';
import { sightingsIn } from '../find/library-usages.js';
import { type Finding, findingAt } from '../finding.js';
import { sourceEdits } from '../text/source-edits.js';
import { gotRetriesIn } from '../translate/got-retries.js';
import { axiosMockFindings } from './axios-mock-findings.js';
import { migrateGot } from './got-findings.js';
import { handWrittenFindings } from './hand-written-findings.js';
import { findClients } from './instance-findings.js';
import { migrateMentions } from './mention-findings.js';
import { requestInterceptorFindings } from './request-interceptor-findings.js';
import { migrateRetryLibrary } from './retry-library-findings.js';

/** Result for a file. */
export interface Migrated {
  readonly text: string;
  readonly findings: readonly Finding[];
}

export function migrateSource(file: string, text: string, program: NodePath<t.Program>, context: Context): Migrated {
  const comments = commentsOf(program);
  const sightings = sightingsIn(program, context.importedValue);
  const edits = sourceEdits(text);
  const source = { file, text, program, comments, sightings, edits, provided: new Set<string>() };
  const axiosRetry = migrateRetryLibrary(source, 'axios-retry', context);
  const retryAxios = migrateRetryLibrary(source, 'retry-axios', context);
  const gone = new Set([...axiosRetry.gone, ...retryAxios.gone]);
  const findings = [
    ...migrateMentions(source, gone, context.step),
    ...axiosRetry.findings,
    ...retryAxios.findings,
    ...migrateGot(source, gotRetriesIn(program, context.imported, comments), context.step),
    ...requestInterceptorFindings(source, context),
    ...axiosMockFindings(source, context),
    ...handWrittenFindings(source, context.imported, context.importedValue),
    ...findClients(source, context.imported),
    ...typeReferences(file, comments),
  ];
  return { text: edits.result(), findings: findings.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** Finds `/// <reference types="axios-retry" />`. */
function typeReferences(file: string, comments: readonly t.Comment[]): Finding[] {
  return comments.flatMap((comment) => {
    const [, name] = /^\/\s*<reference\s+types="(axios-retry|retry-axios)"/.exec(comment.value) ?? [];
    if (name !== 'axios-retry' && name !== 'retry-axios') return [];
    return [
      findingAt(
        file,
        comment,
        'todo',
        name,
        `a reference to the types of ${name}`,
        `Name @breakwater/axios/${name} in it.`,
      ),
    ];
  });
}
