import { escaped } from './escaped.js';

/** An SVG element as ECharts renders it, with its description for screen readers. */
export interface SvgSource {
  readonly text: string;
  readonly title: string;
  readonly description: string;
  /** Prefix of all ids in the element, so that several fit into one document. */
  readonly id: string;
}

/**
 * Returns the element with title and description, and without inline styles, so that pages that forbid those show it
 * unchanged.
 *
 * @param attributes - more attributes of the element
 */
export function plainSvg({ description, id, text, title }: SvgSource, attributes = ''): string {
  const [, size = '', content = ''] =
    /^<svg width="\d+" height="\d+"[^>]* (viewBox="[^"]*")[^>]*>([\s\S]*)<\/svg>\s*$/.exec(text) ?? [];
  const plain = content
    .replaceAll(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replaceAll(/ style="([^"]*)"/g, (_, style: string) => asAttributes(style))
    // ECharts numbers its charts, so that the same chart would have different ids each time.
    .replaceAll(/\bzr\d+-(?=c\d)/g, '')
    .replaceAll(/ id="([^"]*)"/g, ` id="${id}-$1"`)
    .replaceAll(/url\(#([^)]*)\)/g, `url(#${id}-$1)`)
    .trim();
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size}${attributes} role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escaped(title)}</title>`,
    `<desc id="${id}-desc">${escaped(description)}</desc>`,
    plain,
    '</svg>',
  ].join('\n');
}

function asAttributes(style: string): string {
  return style
    .split(';')
    .map((rule) => rule.split(':'))
    .map(([name, value]) => (value === undefined ? '' : ` ${name?.trim()}="${value.trim()}"`))
    .join('');
}
