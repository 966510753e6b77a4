import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import { type ClientKind, clientOf, type ImportedClient } from './client-resolution.js';
import { type Exports, exportsOf } from './exports.js';
import { moduleValueOf } from './library-value.js';

/** Clients that a file exports: made in it, or re-exported from another file. */
export type ExportedClients = Exports<ClientKind>;

/**
 * Returns the clients among the exports of a file, ESM and CommonJS. `module.exports = api` counts as a default export.
 */
export function exportedClients(program: NodePath<t.Program>): ExportedClients {
  return exportsOf(program, (value) => clientOf(value, nothingImported)?.kind ?? moduleValueOf(value));
}

const nothingImported: ImportedClient = () => undefined;
