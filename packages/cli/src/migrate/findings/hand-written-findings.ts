import type { Source } from '../file/source.js';
import type { ImportedClient } from '../find/client-resolution.js';
import { type HandWrittenInterceptor, handWrittenInterceptorsIn } from '../find/hand-written-interceptors.js';
import { type HandWrittenRetry, handWrittenRetriesIn } from '../find/hand-written-loops.js';
import type { ImportedValue } from '../find/handed-on.js';
import { type Finding, findingAt } from '../finding.js';

/** Lists retries that the code makes itself. Only the user knows their purpose. */
export function handWrittenFindings(
  { file, text, program }: Source,
  imported: ImportedClient,
  importedValue: ImportedValue,
): Finding[] {
  return [
    ...handWrittenInterceptorsIn(program, imported, text).map((interceptor) => interceptorFinding(file, interceptor)),
    ...handWrittenRetriesIn(program, imported, importedValue).map((retry) => retryFinding(file, retry)),
  ];
}

function interceptorFinding(file: string, { call, instance, purpose }: HandWrittenInterceptor): Finding {
  if (purpose === 'renewal') {
    return findingAt(
      file,
      call,
      'note',
      'hand-written-interceptor',
      `an interceptor of \`${instance}\` sends a request again after a 401`,
      'It may stay: the second request is a call of its own. A token that only has to be fresh can come from `resilience: { beforeAttempt }`.',
    );
  }
  return findingAt(
    file,
    call,
    'todo',
    'hand-written-interceptor',
    `an interceptor of \`${instance}\` sends failed requests again`,
    `Put \`attachResilience(${instance}, { retry: … })\` in its place: delay → \`backoff\`, count → \`maxRetries\`, condition → \`shouldRetry\`. With both, retries multiply.`,
  );
}

function retryFinding(file: string, { node, form, library }: HandWrittenRetry): Finding {
  const advice =
    'Attach a policy to the instance and leave a single call here; with both, retries multiply. What is more than one request can go through `policy.execute(…)`.';
  switch (form) {
    case 'loop':
      return findingAt(file, node, 'todo', 'hand-written-loop', 'a loop repeats a request until it succeeds', advice);
    case 'recursion':
      return findingAt(
        file,
        node,
        'todo',
        'hand-written-loop',
        'a function calls itself again after its request has failed',
        advice,
      );
    case 'wrapper':
      return findingAt(file, node, 'todo', 'retry-wrapper', `${library} around a request`, advice);
  }
}
