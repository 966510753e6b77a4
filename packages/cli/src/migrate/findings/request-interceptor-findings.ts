import type { NodePath } from '@babel/traverse';
import type * as t from '@babel/types';
import type { Context, Source } from '../file/source.js';
import { clientOf } from '../find/client-resolution.js';
import { instanceAt } from '../find/handed-on.js';
import type { RetryLibrary } from '../find/libraries.js';
import { keyOf } from '../find/library-value.js';
import { type Finding, findingAt } from '../finding.js';

/**
 * Reports request interceptors of instances with a retry library, set up in the same file or another one. The libraries
 * run them again for each retry, but drop-ins and policies once per request.
 */
export function requestInterceptorFindings({ file, program, sightings }: Source, context: Context): Finding[] {
  const { imported } = context;
  const elsewhere = (path: NodePath<t.Node>): RetryLibrary | undefined => {
    const instance = instanceAt(file, path, context.importedInstance);
    return instance === undefined ? undefined : context.setUps.get(instance);
  };
  const identityOf = (path: Parameters<typeof clientOf>[0] | undefined): string | undefined =>
    path === undefined ? 'axios' : clientOf(path, imported)?.identity;
  const setUps = sightings.setUps.map(({ library, call }) => ({
    library,
    identity: identityOf(call.get('arguments')[0]),
  }));
  const found: Finding[] = [];
  program.traverse({
    CallExpression(path) {
      const use = path.get('callee');
      const request = use.isMemberExpression() && keyOf(use.node) === 'use' ? use.get('object') : undefined;
      if (!request?.isMemberExpression() || keyOf(request.node) !== 'request') return;
      const interceptors = request.get('object');
      if (!interceptors.isMemberExpression() || keyOf(interceptors.node) !== 'interceptors') return;
      const object = interceptors.get('object');
      const identity = identityOf(object);
      // An unknown instance may be the same.
      const setUp = setUps.find(
        (own) => own.identity === identity || own.identity === undefined || identity === undefined,
      );
      const library = setUp?.library ?? elsewhere(object);
      if (library !== undefined) found.push(finding(file, path.node, library));
    },
  });
  return found;
}

function finding(file: string, node: t.Node, library: RetryLibrary): Finding {
  return findingAt(
    file,
    node,
    'note',
    library,
    `a request interceptor, which ${library} runs anew for each retry, runs once for each request from now on`,
    'What has to be new for each attempt (a signature, a nonce, a fresh token) goes into `resilience: { beforeAttempt }`.',
  );
}
