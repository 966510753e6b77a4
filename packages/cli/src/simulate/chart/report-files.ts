import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type CommandIo, colorsFor, UsageError } from '../../command-io.js';
import { errorText } from '../../error-text.js';
import type { Section } from '../../report/section.js';
import type { Chart } from './chart.js';

/** Files for a report, as the user names them. */
export interface ReportFiles {
  readonly svg?: string | undefined;
  readonly html?: string | undefined;
}

/**
 * Makes the directories of the files before a long run rather than after it. @throws UsageError naming option and file
 */
export async function prepareReportFiles(files: ReportFiles, cwd: string): Promise<void> {
  for (const [option, path] of named(files)) {
    try {
      await mkdir(dirname(resolve(cwd, path)), { recursive: true });
    } catch (error) {
      throw new UsageError(`--${option} could not make the directory of ${path}: ${errorText(error)}`);
    }
  }
}

/** Draws the charts and writes them into the files. */
export async function writeReportFiles(
  files: ReportFiles,
  heading: string,
  sections: readonly Section[],
  charts: readonly Chart[],
  io: CommandIo,
): Promise<void> {
  for (const [option, path] of named(files)) {
    const text = await textOf(option, heading, sections, charts);
    try {
      await writeFile(resolve(io.cwd, path), text);
    } catch (error) {
      throw new UsageError(`--${option} could not write ${path}: ${errorText(error)}`);
    }
    io.stderr.write(`${colorsFor(io.stderr, io.env).green('written')} ${path}\n`);
  }
}

function named({ html, svg }: ReportFiles): (readonly ['svg' | 'html', string])[] {
  return [
    ...(svg === undefined ? [] : [['svg', svg] as const]),
    ...(html === undefined ? [] : [['html', html] as const]),
  ];
}

/** Loads ECharts only if a chart is drawn, because that takes longer than a short simulation. */
async function textOf(option: 'svg' | 'html', heading: string, sections: readonly Section[], charts: readonly Chart[]) {
  if (option === 'svg') return (await import('./svg-file.js')).svgFile(heading, charts);
  return (await import('./html-report.js')).htmlReport({ heading, sections, charts });
}
