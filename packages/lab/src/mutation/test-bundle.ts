import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { expect } from 'expect';
import { coreRoot } from './core-files.js';
import { fewerRuns } from './fewer-runs.js';
import { SWITCH_NAMES, type Switches } from './switches.js';
import { type Test, testHost } from './test-host.js';

type Files = Readonly<Record<string, () => unknown>>;
type Program = (
  require: (name: string) => unknown,
  module: { exports: unknown },
  isActive: Switches['isActive'],
  cover: Switches['cover'],
) => void;

/** The modules of one start of the bundle. They are loaded as the files need them, and stay. */
export type World = (file: string) => readonly Test[];

/**
 * Reads a bundle that `bundleTests` made. The result starts it with all its modules anew; its code is compiled once.
 *
 * @param onCut - called if a property gets fewer cases than it names
 */
export function readTestBundle(path: string, onCut: () => void): (switches: Switches) => World {
  const code = `(function (require, module, ${SWITCH_NAMES.join(', ')}) {${readFileSync(path, 'utf8')}\n})`;
  const script = new Script(code, { filename: path });
  const requireFromCore = createRequire(join(coreRoot, 'package.json'));
  const fastCheck = fewerRuns(requireFromCore('fast-check'), onCut);
  return (switches) => {
    forgetProcessWide();
    let host = testHost(expect);
    const globals = new Proxy({}, { get: (_, name) => Reflect.get(host.globals, name) });
    const require = (name: string): unknown => {
      if (name === '@jest/globals') return globals;
      return name === 'fast-check' ? fastCheck : requireFromCore(name);
    };
    const module: { exports: unknown } = { exports: {} };
    (script.runInThisContext() as Program)(require, module, switches.isActive, switches.cover);
    const files = module.exports as Files;
    const loaded = new Map<string, readonly Test[]>();
    return (file) => {
      const known = loaded.get(file);
      if (known !== undefined) return known;
      host = testHost(expect);
      files[file]?.();
      loaded.set(file, host.tests);
      return host.tests;
    };
  };
}

/** State of core that outlives its modules. */
function forgetProcessWide(): void {
  for (const slot of Object.getOwnPropertySymbols(globalThis)) {
    if (Symbol.keyFor(slot)?.startsWith('breakwater.')) Reflect.deleteProperty(globalThis, slot);
  }
}
