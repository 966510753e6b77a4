import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Kind } from './caller.js';
import type { MemberSetup } from './member.js';
import { type BenchRedis, startUpstream } from './servers.js';

/** Cost and speed of a fleet. */
export interface FleetFigures {
  readonly commandsPerSecond: number;
  readonly bytesPerCommand: number;
  /** Time from the first failure at the upstream until the last process refuses. */
  readonly allOpenMs: number;
}

const WARM_MS = 1_500;
const HEALTHY_MS = 4_000;

/** Eight processes or so that call one upstream, which is fine for a while and then is not. */
export async function benchFleet(
  kind: Kind,
  size: number,
  perSecond: number,
  redis: BenchRedis,
): Promise<FleetFigures> {
  const upstream = await startUpstream();
  const prefix = `${kind} ${perSecond}`;
  const setup = { kind, redisUrl: redis.url, upstreamUrl: upstream.url, prefix, perSecond: perSecond / size };
  const members = await Promise.all(Array.from({ length: size }, () => startMember(setup)));
  await pass(WARM_MS);
  const before = await redis.usage();
  await pass(HEALTHY_MS);
  const after = await redis.usage();
  const opened = members.map(async (member): Promise<number> => (await once(member, 'message'))[0].openAtMs);
  upstream.failing = true;
  const openAtMs = Math.max(...(await Promise.all(opened)));
  for (const member of members) member.kill('SIGKILL');
  upstream.stop();
  const commands = after.commands - before.commands;
  const bytes = after.bytesIn - before.bytesIn + after.bytesOut - before.bytesOut;
  return {
    commandsPerSecond: (commands * 1_000) / HEALTHY_MS,
    bytesPerCommand: commands === 0 ? 0 : bytes / commands,
    allOpenMs: openAtMs - (upstream.failedAtMs ?? 0),
  };
}

async function startMember(setup: MemberSetup): Promise<ChildProcess> {
  const member = fork(fileURLToPath(new URL('./member.ts', import.meta.url)));
  await once(member, 'message');
  member.send(setup);
  return member;
}
