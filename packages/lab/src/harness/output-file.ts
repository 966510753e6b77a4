import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Writes a file that the user named. npm runs a script in its package, but the path is relative to where npm was
 * called.
 */
export function writeOutputFile(path: string, text: string): void {
  writeFileSync(resolve(process.env.INIT_CWD ?? '', path), text);
}
