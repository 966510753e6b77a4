// Puts the pages of the site together: those of packages/docs, the READMEs of the packages, and the API reference.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

/**
 * Writes all pages into `target`. In the repository a link leads to a file; on the site it leads to that file's page,
 * and a link to a file that has no page becomes its text. Charts are expected to be drawn before the site is built.
 */
export function stage(repository, target, { hasCharts, hasReference }) {
  rmSync(target, { recursive: true, force: true });
  const pages = pagesOf(repository, hasReference);
  for (const [file, page] of pages) {
    const from = join(repository, file);
    const to = join(target, page);
    mkdirSync(dirname(to), { recursive: true });
    if (file.endsWith('.md'))
      writeFileSync(to, withCharts(withSiteLinks(readFileSync(from, 'utf8'), file, pages), hasCharts));
    else cpSync(from, to);
  }
  cpSync(join(repository, 'packages/docs/.vitepress'), join(target, '.vitepress'), {
    recursive: true,
    filter: (source) => !source.includes(`${sep}cache`),
  });
}

/** The charts of the lab are drawn for the site alone, into `lab/charts`. */
function withCharts(text, hasCharts) {
  return text.replaceAll(/^<!-- charts of ([\w-]+) -->$/gm, (_, name) =>
    hasCharts
      ? `![Charts of ${name}: calls answered and requests to servers over time, ends and durations of the calls](./charts/${name}.svg)`
      : '',
  );
}

/** The path of each page in the repository, with its path on the site. */
function pagesOf(repository, hasReference) {
  const docs = join(repository, 'packages/docs');
  const own = readdirSync(docs, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => /\.(md|svg|png)$/.test(file) && !/^(node_modules|dist|\.site|\.vitepress)\//.test(file))
    .filter((file) => hasReference || !file.startsWith('api/'));
  const readmes = readdirSync(join(repository, 'packages'))
    .filter((name) => statSync(join(repository, 'packages', name, 'README.md'), { throwIfNoEntry: false })?.isFile())
    .filter((name) => name !== 'docs');
  return new Map([
    ...own.map((file) => [`packages/docs/${file}`, file]),
    ...readmes.map((name) => [`packages/${name}/README.md`, `packages/${name}.md`]),
  ]);
}

function withSiteLinks(text, file, pages) {
  let isCode = false;
  return text
    .split('\n')
    .map((line) => {
      if (line.trimStart().startsWith('```')) isCode = !isCode;
      return isCode ? line : line.replaceAll(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, link);
    })
    .join('\n');

  function link(whole, image, label, address) {
    if (/^([a-z]+:|#)/.test(address)) return whole;
    const [path = '', anchor = ''] = address.split(/(?=#)/);
    const linked = posix.join(posix.dirname(file), path).replace(/\/$/, '');
    const page =
      pages.get(linked) ?? pages.get(`${linked}/README.md`) ?? (linked === 'README.md' ? 'index.md' : undefined);
    if (page === undefined) return image === '' ? label : '';
    const from = posix.dirname(pages.get(file) ?? file);
    const target = relative(from, page).split(sep).join('/');
    return `${image}[${label}](${target.startsWith('.') ? target : `./${target}`}${anchor === '#readme' ? '' : anchor})`;
  }
}
