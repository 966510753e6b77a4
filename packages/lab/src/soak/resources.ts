/** Resources that keep a process alive, counted by kind. */
export type Resources = Readonly<Record<string, number>>;

export function activeResources(): Resources {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** The kinds of which there are more than before, each with the difference; empty if there are none. */
export function moreThan(before: Resources, now: Resources): readonly string[] {
  return Object.entries(now).flatMap(([kind, count]) => {
    const more = count - (before[kind] ?? 0);
    return more > 0 ? [`${more} × ${kind}`] : [];
  });
}
