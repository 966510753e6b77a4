import { withoutSecrets } from '@breakwater/core/adapter';
import { BoundedNames, OTHER } from './bounded-names.js';
import { ExtendedAttributes } from './extended-attributes.js';
import type { MetricAttributes } from './metric-attributes.js';

/** Most keys of a policy, most policies, and most types of errors with a series of their own. */
const MAX_NAMES = 100;

/** Attributes of keys and errors, with a bounded number of different values. */
export class Series {
  readonly #policies = new BoundedNames(MAX_NAMES);
  readonly #errors = new BoundedNames(MAX_NAMES);
  readonly #extended = new ExtendedAttributes();
  readonly #keys = new Map<
    string,
    { readonly names: BoundedNames; readonly attributes: Map<string, MetricAttributes> }
  >();

  /** Returns the attributes of a policy. */
  ofPolicy(policy: string): MetricAttributes {
    return { 'breakwater.policy': this.#policies.nameOf(policy) };
  }

  /** Returns the attributes of a policy's key, without credentials or a query that the key may contain. */
  ofKey(policy: string, key: string): MetricAttributes {
    const name = this.#policies.nameOf(policy);
    let keys = this.#keys.get(name);
    if (keys === undefined) {
      keys = { names: new BoundedNames(MAX_NAMES), attributes: new Map() };
      this.#keys.set(name, keys);
    }
    const bounded = keys.names.nameOf(key);
    let attributes = keys.attributes.get(bounded);
    if (attributes === undefined) {
      attributes = Object.freeze(attributesOf(name, bounded));
      keys.attributes.set(bounded, attributes);
    }
    return attributes;
  }

  /** Returns the attributes of a key for a span, with an unlimited number of values. */
  ofSpan(policy: string, key: string): MetricAttributes {
    const attributes = this.ofKey(policy, key);
    return attributes['breakwater.key'] === OTHER ? attributesOf(policy, key) : attributes;
  }

  /** Returns both. A user's attribute never replaces one of the same name. */
  merged(own: MetricAttributes, added: MetricAttributes): MetricAttributes {
    return this.#extended.merged(own, added);
  }

  /** Returns attributes with one more, and with the error's type if there is one. */
  with(attributes: MetricAttributes, name: string, value: string, errorType = ''): MetricAttributes {
    return this.#extended.extended(attributes, name, value, errorType);
  }

  /** Returns `error.type` of a failure with this status or code. */
  errorType(status: number | undefined, code: string | undefined): string {
    return status === undefined ? this.#errors.nameOf(code ?? OTHER) : String(status);
  }
}

function attributesOf(policy: string, key: string): MetricAttributes {
  return { 'breakwater.policy': policy, 'breakwater.key': withoutSecrets(key), ...serverOf(key) };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Returns the server of a key that is an origin, so that its series can be joined with those of the HTTP
 * instrumentations.
 */
export function serverOf(key: string): MetricAttributes {
  if (!/^https?:\/\//.test(key) || !URL.canParse(key)) return {};
  const { hostname, port, protocol } = new URL(key);
  return { 'server.address': hostname, 'server.port': port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port) };
}
