import type { Block, Section, TableBlock } from '../report/section.js';

/** Returns the explanation as a document for a repository. `command` is the one that makes it again. */
export function markdownReport(heading: string, sections: readonly Section[], command: string): string {
  const parts = [
    `# ${escaped(heading)}`,
    `Made by \`${command}\`. Change the policy and run that again, not this file.`,
    ...sections.flatMap(({ title, blocks }) => [`## ${title}`, ...blocks.map(blockMarkdown)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'text':
      return escaped(block.text);
    case 'terms':
      return block.terms.map(({ term, sentences }) => `- **${term}**: ${escaped(sentences.join(' '))}`).join('\n');
    case 'table':
      return tableMarkdown(block.table);
    case 'warnings':
      return block.warnings
        .map(({ id, option, problem, advice }) => `- **${id}** (\`${option}\`): ${escaped(`${problem} ${advice}`)}`)
        .join('\n');
  }
}

function tableMarkdown({ head, rows }: TableBlock): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cellText(cell)).join(' | ')} |`;
  const rule = `|${head.map((_, index) => (index === 0 ? '---' : '---:')).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function cellText(text: string): string {
  return escaped(text.replaceAll('\n', ' ')).replaceAll('|', '\\|');
}

/** Escapes Markdown's markup: a name may contain anything. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, '\\$&');
}
