import { createHash, randomUUID } from 'node:crypto';
import type { RedisPort } from '../clients/port.js';
import * as lua from '../lua.js';

/** A script that runs as one atomic step. The server knows it by the hash of its text. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

/** The last argument of such a script is the mark of the command. The answer ends with it. */
const onBreaker = (text: string): Script =>
  script(`${lua.breaker}\nlocal function answer()\n${text}\nend\nreturn answer() .. ' ' .. ARGV[#ARGV]`);

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
 * Runs a script by its hash, or by its text if the server does not have it, as after a restart, a failover or a flush.
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

let marks = 0;
/** Beginning of the marks. It differs between processes, and between copies of this module. */
const OWN = randomUUID().slice(0, 8);

/**
 * Runs a script of a breaker, and returns its answer. Rejects if the client returns the answer to another command:
 * `redis` 4 and 5 assign answers to the wrong commands after a connection was cut with many commands under way, and the
 * phase of one breaker must never become that of another.
 */
export async function runMarked(
  port: RedisPort,
  name: Exclude<ScriptName, 'note' | 'board' | 'show' | 'look'>,
  key: string,
  args: readonly (string | number)[],
): Promise<string> {
  marks += 1;
  const mark = `${OWN}.${marks.toString(36)}`;
  const reply = String(await runScript(port, name, key, [...args, mark]));
  if (!reply.endsWith(` ${mark}`)) {
    throw new Error(
      `the client returned the answer to another command, not to ${name}: its connection must be renewed`,
    );
  }
  return reply.slice(0, -mark.length - 1);
}

function script(step: string): Script {
  const text = `${lua.clock}\n${step}`;
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
