import { own } from '../untrusted/own-properties.js';
import { deepFreeze } from '../untrusted/plain-object.js';
import * as check from './checks.js';
import { type Defaults, fill, upperCased } from './fill.js';

/** Keys by which a server recognises a repeated request. */
export interface IdempotencyOptions {
  /** Header that carries the key. @default 'Idempotency-Key' */
  readonly header?: string | undefined;
  /** Methods that get a key. @default ['POST', 'PATCH'] */
  readonly methods?: readonly string[] | undefined;
  /** `() => string`: makes a key. Called once per call. @default a random UUID */
  readonly generate?: (() => string) | undefined;
}

/** {@link IdempotencyOptions}, complete. */
export interface IdempotencySettings {
  readonly header: string;
  /** In upper case. */
  readonly methods: ReadonlySet<string>;
  /** Undefined: random UUIDs. */
  readonly generate: (() => string) | undefined;
}

/** The defaults of `idempotency: {}`. */
export const idempotencyDefaults = deepFreeze({
  header: 'Idempotency-Key',
  methods: ['POST', 'PATCH'],
} as const satisfies Defaults<IdempotencyOptions, 'generate'>);

export function resolveIdempotency(given: IdempotencyOptions | false | undefined): IdempotencySettings | false {
  if (given === undefined || given === false) return false;
  const options = own(given);
  const filled = fill('idempotency', options, idempotencyDefaults, idempotencyChecks);
  return Object.freeze({
    header: filled.header,
    methods: upperCased(filled.methods),
    generate: options.generate,
  });
}

const idempotencyChecks: Readonly<Record<keyof IdempotencyOptions, check.Check>> = {
  header: check.headerName,
  methods: check.listOf(check.httpMethod),
  generate: check.aFunction,
};
