import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createPolicy, type PolicyOptions, type PolicySettings, presets } from '@breakwater/core';
import { isPolicy } from '@breakwater/core/adapter';
import { UsageError } from '../command-io.js';
import { errorText } from '../error-text.js';
import { exportedTimeout } from './client-timeout.js';
import { exportedPolicy } from './exported-policy.js';
import { isModule, loadModule } from './load-module.js';

/** Source of the policy. */
export type PolicySource =
  | { readonly kind: 'preset'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly exportName: string | undefined };

/** A policy as read from its source. */
export interface LoadedPolicy {
  readonly settings: PolicySettings;
  /** Time limit of the clients that the module exports as well. */
  readonly clientTimeoutMs: number | undefined;
}

/**
 * Loads a policy. @throws UsageError for a value that is not a policy, or one that core rejects, with core's message.
 */
export async function loadPolicy(source: PolicySource, cwd: string): Promise<LoadedPolicy> {
  switch (source.kind) {
    case 'preset':
      return { settings: settingsOf(presetNamed(source.name), `preset ${source.name}`), clientTimeoutMs: undefined };
    case 'file': {
      const { found, clientTimeoutMs } = await readSource(source, cwd);
      return { settings: isPolicy(found) ? found.settings : settingsOf(found, source.path), clientTimeoutMs };
    }
  }
}

function presetNamed(name: string): PolicyOptions {
  if (Object.hasOwn(presets, name)) return presets[name as keyof typeof presets];
  throw new UsageError(`--preset must be one of ${Object.keys(presets).join(', ')}, got ${JSON.stringify(name)}`);
}

interface Found {
  readonly found: unknown;
  readonly clientTimeoutMs: number | undefined;
}

async function readSource(source: Extract<PolicySource, { kind: 'file' }>, cwd: string): Promise<Found> {
  const file = resolve(cwd, source.path);
  if (isModule(file)) {
    const exports = await loadModule(file, source.path);
    const found = exportedPolicy(exports, source);
    return { found, clientTimeoutMs: exportedTimeout(exports, found) };
  }
  if (source.exportName !== undefined) {
    throw new UsageError(`--export is for modules (.js, .mjs, .cjs, .ts, .mts, .cts), got ${source.path}`);
  }
  return { found: parsed(await textOf(file, source.path), source.path), clientTimeoutMs: undefined };
}

async function textOf(file: string, path: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${path}: ${reasonOf(error)}`);
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${path}: not JSON: ${errorText(error)}`);
  }
}

/**
 * Returns the settings with the mode as written: BREAKWATER_MODE applies to the process that runs the policy, not to
 * the one that reads it.
 */
function settingsOf(options: unknown, path: string): PolicySettings {
  try {
    if (typeof options !== 'object' || options === null) return createPolicy(options as PolicyOptions).settings;
    return createPolicy(withOwnMode(options)).settings;
  } catch (error) {
    throw new UsageError(`${path}: ${errorText(error)}`);
  }
}

function withOwnMode(options: PolicyOptions): PolicyOptions {
  return Array.isArray(options) || options.mode !== undefined ? options : { ...options, mode: 'enforce' };
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'is a directory, not a file';
    case 'EACCES':
      return 'may not be read';
    default:
      return errorText(error);
  }
}
