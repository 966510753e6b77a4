import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createPolicy, type PolicyOptions } from '@breakwater/core';
import { type Client, clients } from './client-names.js';
import { selectNamed } from './names.js';
import { type Shape, shorten } from './shape.js';
import { shapes } from './shapes.js';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | {
      readonly kind: 'run';
      readonly shapes: readonly Shape[];
      readonly clients: readonly Client[];
      readonly rates: readonly number[];
      readonly policy: PolicyOptions | undefined;
      readonly shortened: boolean;
      readonly warmUpMs: number;
      readonly json: string | undefined;
      readonly html: string | undefined;
    };

export const HELP = `Usage: npm run bench:storm -- [options]

How HTTP clients fare when their server does not: each client alone, in a process of its own, at a constant offered load, against servers
with 10 slots of 10 ms and an unbounded queue which go through the phases of a shape.

  --shape <names>    shapes, comma-separated; "outage" is all that begins with "outage-"; "all" adds the extra ones  (default: the ten)
  --client <names>   clients, in the same way; "bare" is both bare clients                                           (default: all)
  --rate <numbers>   offered calls a second, comma-separated                                                         (default: 50,500)
  --policy <json>    options for the policy of the breakwater clients, as JSON or @file, e.g. '{"limit":false}'      (default: none)
  --json <file>      writes all figures, and a time series in bins of 100 ms
  --html <file>      writes one self-contained page with charts over time
  --shorten <x>      phases are that much shorter (0 to 1). To try the bench out: the figures mean nothing, and no target is judged
  --list             the shapes and the clients
  --help             this text

Progress goes to stderr, tables to stdout. Ctrl-C ends all processes and shows what was measured so far.
Run it on a machine that is otherwise idle: client and server need a core each.`;

/** @throws TypeError or RangeError for what cannot be understood, naming it. */
export function parseCommand(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      shape: { type: 'string' },
      client: { type: 'string' },
      rate: { type: 'string', default: '50,500' },
      policy: { type: 'string' },
      json: { type: 'string' },
      html: { type: 'string' },
      shorten: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  if (values.list) return { kind: 'list' };
  const factor = numberIn('shorten', values.shorten, 1);
  const chosen = selectNamed('shape', shapes, values.shape);
  return {
    kind: 'run',
    shapes: factor < 1 ? chosen.map((shape) => shorten(shape, factor)) : chosen,
    clients: selectNamed<Client>('client', clients, values.client),
    rates: [...new Set(values.rate.split(',').map((rate) => numberIn('rate', rate, 5_000)))],
    policy: values.policy === undefined ? undefined : policyOf(values.policy),
    shortened: factor < 1,
    warmUpMs: factor < 1 ? 200 : 1_500,
    json: values.json,
    html: values.html,
  };
}

function numberIn(option: string, text: string, max: number): number {
  const number = Number(text);
  if (text.trim() !== '' && number > 0 && number <= max) return number;
  throw new RangeError(`--${option} must be a number above 0 and up to ${max}, got ${text}`);
}

function policyOf(text: string): PolicyOptions {
  const json = text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text;
  let options: PolicyOptions;
  try {
    options = JSON.parse(json) as PolicyOptions;
  } catch (error) {
    throw new TypeError(`--policy is no JSON: ${String(error)}`);
  }
  // Better told now than by a client process in the middle of the bench.
  createPolicy(options).close();
  return options;
}
