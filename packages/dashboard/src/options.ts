import { hostname } from 'node:os';
import { type Policy, policies as policiesOfProcess } from '@breakwater/core';
import { isPolicy } from '@breakwater/core/adapter';
import type { Authorize } from './access/authorize.js';

/** Content of a page, and access to it. All options are optional. */
export interface DashboardOptions {
  /** The policies to show, or a function that returns the present ones. @default all policies of the process */
  readonly policies?: Iterable<Policy> | (() => Iterable<Policy>) | undefined;
  /**
   * Decides about access to the page. Without it, and without `public`, the page answers only requests from this
   * machine: the peer is loopback, the Host is `localhost`, `127.0.0.1` or `[::1]`, and no header shows that a proxy
   * has forwarded it.
   */
  readonly authorize?: Authorize | undefined;
  /** Shows the page without access control. @default false */
  readonly public?: boolean | undefined;
  /**
   * Lets the page force circuits open, close and reset them, and change the mode. An object has an `authorize` of its
   * own for that; `true` uses the page's `authorize`, which must exist then. The name that it returns appears in the
   * `control` event. @default false
   */
  readonly admin?: boolean | { readonly authorize: Authorize } | undefined;
  /** The heading of the page. @default 'Breakwater' */
  readonly title?: string | undefined;
  /**
   * Name of this process among those of its fleet. @default the name in the store of the policies, else the host's name
   * and the process id
   */
  readonly instance?: string | undefined;
}

/** The options, complete. */
export interface DashboardSettings {
  readonly policies: () => Iterable<Policy>;
  readonly authorize: Authorize | undefined;
  readonly public: boolean;
  /** Undefined: the page offers no actions. */
  readonly adminAuthorize: Authorize | undefined;
  readonly title: string;
  readonly instance: string;
  /** Tells if `instance` is the user's own name, which goes before that in a store. */
  readonly isNamed: boolean;
}

const KNOWN: readonly (keyof DashboardOptions)[] = ['policies', 'authorize', 'public', 'admin', 'title', 'instance'];

/** Returns the options, checked and completed. @throws TypeError for invalid options, naming option, rule and value. */
export function resolveDashboardOptions(options: DashboardOptions): DashboardSettings {
  check('options', options, typeof options === 'object' && options !== null, 'an object');
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name as keyof DashboardOptions)) {
      throw new TypeError(`there is no option ${name}: it must be one of ${KNOWN.join(', ')}`);
    }
  }
  const { authorize, admin = false, title = 'Breakwater' } = options;
  const { public: isPublic = false, instance = `${hostname()}:${process.pid}` } = options;
  check('authorize', authorize, authorize === undefined || typeof authorize === 'function', 'a function');
  check('public', isPublic, typeof isPublic === 'boolean', 'true or false');
  check('title', title, typeof title === 'string' && title !== '', 'a non-empty string');
  check('instance', instance, typeof instance === 'string' && instance !== '', 'a non-empty string');
  if (isPublic && authorize !== undefined) {
    throw new TypeError('public: true and authorize contradict each other: with authorize, the page is not public');
  }
  return {
    policies: policySource(options.policies),
    authorize,
    public: isPublic,
    adminAuthorize: adminAuthorizeOf(admin, authorize),
    title,
    instance,
    isNamed: options.instance !== undefined,
  };
}

function adminAuthorizeOf(
  admin: NonNullable<DashboardOptions['admin']>,
  authorize: Authorize | undefined,
): Authorize | undefined {
  if (admin === false) return undefined;
  if (admin === true) {
    if (authorize === undefined) {
      throw new TypeError('admin: true needs authorize, which says who acts; or give admin: { authorize }');
    }
    return authorize;
  }
  const own: unknown = typeof admin === 'object' && admin !== null ? admin.authorize : undefined;
  check('admin', admin, typeof own === 'function', 'true, false or { authorize: a function }');
  return own as Authorize;
}

function policySource(policies: DashboardOptions['policies']): () => Iterable<Policy> {
  if (policies === undefined) return policiesOfProcess;
  if (typeof policies === 'function') return policies;
  const isList = typeof policies === 'object' && policies !== null && Symbol.iterator in policies;
  check('policies', policies, isList, 'policies in a list, or a function that returns them');
  const list = [...(policies as Iterable<Policy>)];
  for (const [index, policy] of list.entries()) check(`policies[${index}]`, policy, isPolicy(policy), 'a policy');
  return () => list;
}

function check(option: string, value: unknown, holds: boolean, rule: string): void {
  if (!holds) throw new TypeError(`${option} must be ${rule}, got ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
