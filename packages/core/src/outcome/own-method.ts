import { isObject, peek } from '../untrusted/safe-read.js';
import { linksOf } from './error-links.js';
import type { Outcome } from './outcome.js';

/**
 * Returns the methods, in capitals, of the HTTP requests that an outcome names as its own: `config.method` of axios,
 * `request.options.method` and `options.method` of got, `request.method` of ky and others, `req.method` of superagent.
 * Several if an error has causes or gathers errors; none if the client's outcomes do not name it, as those of fetch.
 * `thrown` is the error that carried the answer. Never throws.
 */
export function ownMethodsOf(outcome: Outcome, thrown: unknown): readonly string[] {
  const ended = outcome.kind === 'error' ? outcome.error : answerIn(outcome);
  const sources = new Set([...linksOf(ended), ...linksOf(thrown)]);
  const methods = new Set<string>();
  for (const source of sources) {
    for (const holder of [source, peek(source, 'response')]) addMethods(methods, holder);
  }
  return [...methods];
}

function answerIn(outcome: Exclude<Outcome, { kind: 'error' }>): unknown {
  return outcome.kind === 'response' ? outcome.response : outcome.value;
}

function addMethods(methods: Set<string>, holder: unknown): void {
  const request = peek(holder, 'request');
  const candidates = [
    peek(holder, 'config'),
    request,
    peek(request, 'options'),
    peek(holder, 'options'),
    peek(holder, 'req'),
  ];
  for (const candidate of candidates) {
    const method = peek(candidate, 'method');
    if (typeof method === 'string' && TOKEN.test(method) && isRequest(candidate)) methods.add(method.toUpperCase());
  }
}

const TOKEN = /^[A-Za-z-]{1,32}$/;

/** A method alone is not enough: requests have an address or headers as well. */
function isRequest(candidate: unknown): boolean {
  if (!isObject(candidate)) return false;
  return ['url', 'headers', 'path', 'hostname'].some((name) => peek(candidate, name) !== undefined);
}
