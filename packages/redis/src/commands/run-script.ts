import { createHash } from 'node:crypto';
import type { RedisPort } from '../clients/port.js';
import * as lua from '../lua.js';

/** One atomic step, known to the server by the hash of its text. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

const onBreaker = (text: string): Script => script(`${lua.breaker}\n${text}`);

export const scripts = {
  sync: onBreaker(lua.sync),
  trip: onBreaker(lua.trip),
  close: onBreaker(lua.close),
  force: onBreaker(lua.force),
  probe: onBreaker(lua.probe),
  settle: onBreaker(lua.settle),
  cool: onBreaker(lua.cool),
  note: script(lua.note),
  board: script(lua.board),
  show: script(lua.show),
  look: script(lua.look),
} as const;

export type ScriptName = keyof typeof scripts;

/**
 * Runs a script by its hash, and by its text if the server does not have it: after a restart, a failover or a flush.
 */
export async function runScript(
  port: RedisPort,
  name: ScriptName,
  key: string,
  args: readonly (string | number)[],
): Promise<unknown> {
  const { sha, text } = scripts[name];
  const words = args.map(String);
  try {
    return await port.evalSha(sha, key, words);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return await port.eval(text, key, words);
  }
}

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
