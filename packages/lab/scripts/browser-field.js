/**
 * Returns the part of a package's `browser` field for one build, by paths within that build. A build has a package.json
 * of its own, and bundlers read the nearest one.
 */
export function browserFieldOf(manifest, build) {
  const prefix = `./dist/${build}/`;
  const entries = Object.entries(manifest.browser ?? {})
    .filter(([file]) => file.startsWith(prefix))
    .map(([file, into]) => [file.replace(prefix, './'), into.replace(prefix, './')]);
  return entries.length === 0 ? {} : { browser: Object.fromEntries(entries) };
}
