/** Returns a test of relative paths: `**` stands for any path, `*` and `?` for characters of one name. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map((glob) => new RegExp(`^${glob.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, source)}$`));
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function source(part: string): string {
  if (part === '**/') return '(?:.*/)?';
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  return `\\${part}`;
}
