// The process of one section: measures, and sends the groups to its parent.
import type { Effort, Group, Section, SectionName } from './group.js';

/** First message to the process, and its answer. */
export interface SectionOrder {
  readonly section: SectionName;
  readonly effort: Effort;
}
export interface SectionAnswer {
  readonly type: 'groups';
  readonly groups: readonly Group[];
  /** The release of Node that measured. */
  readonly node: string;
}

process.once('disconnect', () => process.exit(1));
process.once('message', async ({ section, effort }: SectionOrder) => {
  const run = await sectionOf(section);
  const groups = await run(effort);
  process.send?.({ type: 'groups', groups, node: process.version } satisfies SectionAnswer, () => process.exit(0));
});

async function sectionOf(name: SectionName): Promise<Section> {
  switch (name) {
    case 'execute':
      return (await import('./execute.js')).execute;
    case 'axios':
      return (await import('./axios.js')).axiosCalls;
    case 'got':
      return (await import('./got.js')).gotCalls;
    case 'reject':
      return (await import('./reject.js')).rejections;
    case 'allocation':
      return (await import('./allocation.js')).allocations;
    case 'bad-day':
      return (await import('./bad-day.js')).badDay;
    case 'memory':
      return (await import('./memory.js')).memory;
    case 'otel':
      return (await import('./otel.js')).otel;
    case 'bundle':
      return (await import('./bundle.js')).bundleSizes;
  }
}
