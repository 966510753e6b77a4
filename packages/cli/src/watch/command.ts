import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { type CommandIo, colorsFor, UsageError } from '../command-io.js';
import { errorText } from '../error-text.js';
import { type PageAddress, pageAddress, pageEvents } from './page-stream.js';
import { plainView, screenView, summaryLine, type WatchView } from './views.js';
import { WatchedPage } from './watched-page.js';

interface WatchOptions {
  readonly header: Readonly<Record<string, string>>;
  readonly once?: true;
}

const RECONNECT_MS = 2_000;

/** Defines `breakwater watch`: a live page in a terminal. */
export function watchCommand(io: CommandIo): Command {
  return new Command('watch')
    .summary('show a live page in the terminal')
    .description(
      'Shows what a page of @breakwater/dashboard shows, in the terminal: keys by trouble, why calls are refused, and what happens. Plain lines where the output is no terminal.',
    )
    .argument('<url>', 'the address of the page')
    .option('--header <header>', 'a header of the request, "Name: value"; may be repeated', addHeader, {})
    .option('--once', 'print what there is now, and end')
    .addHelpText('after', HELP)
    .action((url: string, options: WatchOptions) => watch(pageAddress(url, options.header), options.once === true, io));
}

const HELP = `
Examples:
  breakwater watch http://localhost:3000/breakwater
  breakwater watch https://ops.example.com/breakwater --header "Authorization: Bearer $TOKEN"
  breakwater watch localhost:3000/breakwater --once

Ctrl-C ends it.

Exit codes: 0 fine, 1 with --once: a key is in trouble, 2 there is no page, or it does not let us in.`;

async function watch(address: PageAddress, once: boolean, io: CommandIo): Promise<void> {
  const ending = new AbortController();
  const undo = io.onInterrupt?.(() => ending.abort()) ?? (() => {});
  const page = new WatchedPage();
  let view: WatchView | undefined;
  let lastId = '';
  try {
    while (!ending.signal.aborted) {
      try {
        for await (const { id, name, data } of pageEvents(address, lastId, ending.signal)) {
          const fresh = page.take(name, data);
          lastId = id;
          if (once) return showOnce(page, io);
          view ??= viewFor(io);
          view.status(page, '');
          view.show(page, fresh);
        }
      } catch (error) {
        if (ending.signal.aborted) break;
        // A page that has been reached once will be reachable again: only the first attempt can be a mistake.
        if (view === undefined) throw error instanceof UsageError ? error : unreachable(address, error);
      }
      view?.status(page, 'not connected, trying again');
      await delay(RECONNECT_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  } finally {
    undo();
    ending.abort();
    view?.close();
  }
}

function showOnce(page: WatchedPage, io: CommandIo): void {
  const rows = page.rows();
  io.stdout.write(`${summaryLine(page)}\n`);
  for (const { key, state, says, next, trouble } of rows.filter((row) => row.trouble > 0)) {
    io.stdout.write(`${state.padEnd(12)}${key}: ${[says, next].filter(Boolean).join(' ')}\n`);
    if (trouble > 0) io.setExitCode(1);
  }
}

function viewFor(io: CommandIo): WatchView {
  const isScreen = io.stdout.isTTY === true && io.env.TERM !== 'dumb';
  return isScreen ? screenView(io.stdout, colorsFor(io.stdout, io.env), () => performance.now()) : plainView(io.stdout);
}

function unreachable({ url }: PageAddress, error: unknown): UsageError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return new UsageError(`${url.href} cannot be reached: ${errorText(cause)}`);
}

function addHeader(text: string, headers: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value = ''] = /^([!#$%&'*+.^_`|~\w-]+): *(.*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It must be "Name: value".');
  return { ...headers, [name]: value };
}
