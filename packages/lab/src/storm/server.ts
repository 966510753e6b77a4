/** The process of the servers: all origins of a shape, and their phases from the start message on. */
import { machineNow } from './clock.js';
import { type FromServer, GRACE_MS, type ToServer } from './messages.js';
import { Origin } from './origin.js';
import { TICK_MS } from './origin-tick.js';
import { behaviourOf, durationOf, originsOf, type Shape } from './shape.js';
import { timelineOf } from './timeline.js';

let shape: Shape | undefined;
let startsAtMs = Number.POSITIVE_INFINITY;
let origins: readonly Origin[] = [];

process.on('message', (message) => {
  void handle(message as ToServer);
});
// The bench that started this process ends it: Ctrl-C in a terminal reaches the whole group.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());

async function handle(message: ToServer): Promise<void> {
  switch (message.type) {
    case 'listen':
      await listen(message.shape);
      return;
    case 'go':
      go(message.startsAtMs);
      return;
    case 'finish':
      tell({ type: 'result', origins: origins.map((origin) => origin.result()) });
  }
}

async function listen(wanted: Shape): Promise<void> {
  shape = wanted;
  // The run's clock shows an hour to go until `go` sets the beginning: nothing before it is counted.
  startsAtMs = machineNow() + FAR_MS;
  const healthy = { name: 'warm-up', ms: 1 };
  origins = Array.from({ length: originsOf(wanted) }, () => new Origin(() => machineNow() - startsAtMs));
  const ports = await Promise.all(origins.map((origin) => origin.listen()));
  origins.forEach((origin, index) => {
    origin.become(behaviourOf(wanted, healthy, index), healthy.ms);
  });
  tell({ type: 'listening', ports });
}

function go(atMs: number): void {
  if (shape === undefined) return;
  const running = shape;
  startsAtMs = atMs;
  for (const origin of origins) origin.record(durationOf(running) + GRACE_MS);
  for (const { phase, fromMs } of timelineOf(running)) {
    setTimeout(
      () => {
        origins.forEach((origin, index) => {
          origin.become(behaviourOf(running, phase, index), phase.ms);
        });
      },
      atMs + fromMs - machineNow(),
    );
  }
  setInterval(() => {
    for (const origin of origins) origin.tick();
  }, TICK_MS);
}

function tell(message: FromServer): void {
  process.send?.(message);
}

const FAR_MS = 3_600_000;
