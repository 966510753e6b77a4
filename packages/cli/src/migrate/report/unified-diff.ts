import { createTwoFilesPatch } from 'diff';
import type { Colors } from '../../command-io.js';

/** Changes of a file, in the format of `git diff`. */
export function unifiedDiff(path: string, before: string, after: string, colors: Colors): string {
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, '', '', { context: 3 });
  const lines = patch
    .split('\n')
    .filter((line) => !line.startsWith('====='))
    .map((line) => line.replace(/^(---|\+\+\+) (.*?)\t?$/, '$1 $2').replace(/\r$/, ''));
  return lines.map((line) => painted(line, colors)).join('\n');
}

function painted(line: string, colors: Colors): string {
  if (line.startsWith('+++') || line.startsWith('---')) return colors.bold(line);
  if (line.startsWith('@@')) return colors.cyan(line);
  if (line.startsWith('+')) return colors.green(line);
  return line.startsWith('-') ? colors.red(line) : line;
}
