import { cpus, loadavg } from 'node:os';
import type { RunFigures } from './figures.js';
import { duration, percent, seconds } from './format.js';
import { estimateMs, type RunPlan, type RunProgress } from './run.js';
import { durationOf } from './shape.js';
import { spanAt, timelineOf } from './timeline.js';

const CLEAR_LINE = '\r\u001b[2K';

/** Other load per core that does not show in the figures of a client and a server. */
const IDLE_SHARE = 0.5;

/** Tells how far the bench is: one line that changes on a terminal, a line per run elsewhere. */
export class ProgressView {
  readonly #plans: readonly RunPlan[];
  readonly #out: NodeJS.WriteStream;

  constructor(plans: readonly RunPlan[], out: NodeJS.WriteStream) {
    this.#plans = plans;
    this.#out = out;
    const total = plans.reduce((sum, plan) => sum + estimateMs(plan), 0);
    out.write(`${plans.length} ${plans.length === 1 ? 'run' : 'runs'}, one at a time: about ${duration(total)}\n`);
    const [load = 0] = loadavg();
    if (load > IDLE_SHARE * cpus().length) {
      out.write(
        `Mind: this machine is busy (load ${load.toFixed(1)} on ${cpus().length} cores); figures will be noise\n`,
      );
    }
  }

  update(index: number, progress: RunProgress | undefined): void {
    const plan = this.#plans[index];
    if (plan === undefined || !this.#out.isTTY) return;
    const left = this.#plans.slice(index).reduce((sum, one) => sum + estimateMs(one), -(progress?.elapsedMs ?? 0));
    const text = `${this.#titleOf(index)}  ${stateOf(plan, progress)}  ${duration(Math.max(0, left))} left`;
    this.#out.write(`${CLEAR_LINE}${text.slice(0, Math.max(20, (this.#out.columns ?? 120) - 1))}`);
  }

  finish(index: number, figures: RunFigures): void {
    const phases = figures.phases.map(({ name, success }) => `${name} ${percent(success)}`).join(', ');
    this.#line(`${this.#titleOf(index)}  ${phases}`);
  }

  fail(index: number, reason: string): void {
    this.#line(`${this.#titleOf(index)}  failed: ${reason}`);
  }

  /** Takes an unfinished line away. */
  close(): void {
    if (this.#out.isTTY) this.#out.write(CLEAR_LINE);
  }

  #titleOf(index: number): string {
    const plan = this.#plans[index];
    const count = `${String(index + 1).padStart(String(this.#plans.length).length)}/${this.#plans.length}`;
    return `[${count}] ${plan?.shape.name} ${plan?.rate}/s ${plan?.client.name}`;
  }

  #line(text: string): void {
    this.#out.write(`${this.#out.isTTY ? CLEAR_LINE : ''}${text}\n`);
  }
}

function stateOf({ shape }: RunPlan, progress: RunProgress | undefined): string {
  if (progress === undefined) return 'warming up';
  const span = spanAt(timelineOf(shape), progress.elapsedMs);
  const at = `${seconds(Math.min(progress.elapsedMs, durationOf(shape)))} of ${seconds(durationOf(shape))}`;
  return `${span.phase.name}  ${at}  ${progress.ok} of ${progress.begun} ok, ${progress.open} open`;
}
