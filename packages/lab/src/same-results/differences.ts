/** Figures as JSON, by scenario and policy. */
export type Figures = ReadonlyMap<string, string>;

/** Says in a line each what differs from the first of the hosts: which scenario, which policy, and where. */
export function differences(byHost: ReadonlyMap<string, Figures>): string[] {
  const [[first, expected] = ['', new Map<string, string>()], ...others] = byHost;
  return others.flatMap(([host, figures]) =>
    [...expected].flatMap(([name, text]) => {
      const other = figures.get(name) ?? '';
      if (other === text) return [];
      const at = [...text].findIndex((letter, index) => letter !== other[index]);
      const around = (all: string): string => all.slice(Math.max(0, at - 40), at + 40);
      return [`${name}: ${around(text)} on ${first}, ${around(other)} on ${host}`];
    }),
  );
}
