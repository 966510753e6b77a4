import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createPolicy, type PolicyOptions, type PolicySettings, presets } from '@breakwater/core';
import { isPolicy } from '@breakwater/core/adapter';
import { UsageError } from '../command-io.js';
import { errorText } from '../error-text.js';
import { exportedPolicy } from './exported-policy.js';
import { isModule, loadModule } from './load-module.js';

/** Source of the policy. */
export type PolicySource =
  | { readonly kind: 'preset'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly exportName: string | undefined };

/** The policy's settings. @throws UsageError for what is no policy, or one that core refuses, in core's own words. */
export async function loadPolicy(source: PolicySource, cwd: string): Promise<PolicySettings> {
  switch (source.kind) {
    case 'preset':
      return settingsOf(presetNamed(source.name), `preset ${source.name}`);
    case 'file': {
      const found = await readSource(source, cwd);
      return isPolicy(found) ? found.settings : settingsOf(found, source.path);
    }
  }
}

function presetNamed(name: string): PolicyOptions {
  if (Object.hasOwn(presets, name)) return presets[name as keyof typeof presets];
  throw new UsageError(`--preset must be one of ${Object.keys(presets).join(', ')}, got ${JSON.stringify(name)}`);
}

async function readSource(source: Extract<PolicySource, { kind: 'file' }>, cwd: string): Promise<unknown> {
  const file = resolve(cwd, source.path);
  if (isModule(file)) return exportedPolicy(await loadModule(file, source.path), source);
  if (source.exportName !== undefined) {
    throw new UsageError(`--export is for modules (.js, .mjs, .cjs, .ts, .mts, .cts), got ${source.path}`);
  }
  return parsed(await textOf(file, source.path), source.path);
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
 * The mode is as written: BREAKWATER_MODE applies to the process that runs the policy, not to the one that reads it.
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
