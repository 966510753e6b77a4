#!/usr/bin/env node
import { availableParallelism } from 'node:os';
import type { ExitCode } from './command-io.js';
import { runBreakwater } from './program.js';

/** Code in sysexits.h for a fault of the program itself. */
const SOFTWARE_FAULT = 70;
const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let exitCode: ExitCode | typeof SOFTWARE_FAULT = 0;

// A reader may close the pipe early: `breakwater explain policy.json | head`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? exitCode : SOFTWARE_FAULT),
  );
}

try {
  await runBreakwater(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    cores: availableParallelism(),
    setExitCode(code) {
      exitCode = code;
    },
    onInterrupt(listener) {
      for (const signal of INTERRUPTS) process.on(signal, listener);
      return () => {
        for (const signal of INTERRUPTS) process.off(signal, listener);
      };
    },
  });
} catch (error) {
  exitCode = SOFTWARE_FAULT;
  console.error(error);
}
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// Exits explicitly, because a loaded module may hold the event loop open.
process.exit(exitCode);

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
