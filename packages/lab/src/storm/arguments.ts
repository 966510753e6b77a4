import { readFileSync } from 'node:fs';
import { createPolicy, type PolicyOptions } from '@breakwater/core';
import { program } from '../harness/program.js';
import { type Client, clients } from './client-names.js';
import { selectNamed } from './names.js';
import { type Shape, shorten } from './shape.js';
import { shapes } from './shapes.js';

/** Options of the command line. */
export type StormCommand = { readonly kind: 'list' } | StormRun;

export interface StormRun {
  readonly kind: 'run';
  readonly shapes: readonly Shape[];
  readonly clients: readonly Client[];
  readonly rates: readonly number[];
  readonly policy: PolicyOptions | undefined;
  readonly shortened: boolean;
  readonly warmUpMs: number;
  readonly json: string | undefined;
  readonly html: string | undefined;
}

const about = `Shows how HTTP clients fare when their server does not: each client alone, in a process of its own, at a constant offered load, against \
servers with 10 slots of 10 ms and an unbounded queue, which go through the phases of a shape.`;

/** Reads the command line. @throws CommanderError, TypeError or RangeError for wrong arguments, naming them */
export function readArguments(args: readonly string[]): StormCommand {
  const values = program('bench:storm', about)
    .option(
      '--shape <names>',
      'shapes, comma-separated; "outage" is all that begins with "outage-"; "all" adds the extra ones',
    )
    .option('--client <names>', 'clients, in the same way; "bare" is both bare clients')
    .option('--rate <numbers>', 'offered calls a second, comma-separated', '50,500')
    .option('--policy <json>', `options for the policy of the breakwater clients, as JSON or @file: '{"limit":false}'`)
    .option('--json <file>', 'writes all figures, and a time series in bins of 100 ms')
    .option('--html <file>', 'writes one self-contained page with charts over time')
    .option('--shorten <x>', 'phases are that much shorter (0 to 1). To try it out: the figures then mean nothing', '1')
    .option('--list', 'the shapes and the clients', false)
    .addHelpText(
      'after',
      `
Progress goes to stderr, tables to stdout. Ctrl-C ends all processes and shows what was measured so far.
Run it on a machine that is otherwise idle: client and server need a core each.`,
    )
    .parse(args, { from: 'user' })
    .opts<Record<'shape' | 'client' | 'policy' | 'json' | 'html', string | undefined> & Values>();
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

interface Values {
  readonly rate: string;
  readonly shorten: string;
  readonly list: boolean;
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
  // Bad options are refused here rather than by a client process in the middle of the bench.
  createPolicy(options).close();
  return options;
}
