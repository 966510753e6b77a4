import { type ElementNode, NodeTypes, parse } from '@vue/compiler-dom';
import type { Extension } from './dialect.js';

/** The scripts of a single-file component as one script, with everything else blanked out: offsets and lines stay. */
export interface VueScript {
  readonly text: string;
  readonly extension: Exclude<Extension, 'vue'>;
}

/**
 * Returns `<script>` and `<script setup>` as one module, as in Vue itself.
 *
 * @returns undefined if the file has no script of its own
 * @throws the parser's error for markup that it cannot read
 */
export function vueScript(text: string): VueScript | undefined {
  const root = parse(text, {
    parseMode: 'sfc',
    onError: (error) => {
      throw error;
    },
  });
  const scripts = root.children.filter(isInlineScript);
  if (scripts.length === 0) return undefined;
  let kept = '';
  let end = 0;
  for (const script of scripts) {
    const [first] = script.children;
    const last = script.children.at(-1);
    if (first === undefined || last === undefined) continue;
    kept += blank(text.slice(end, first.loc.start.offset)) + text.slice(first.loc.start.offset, last.loc.end.offset);
    end = last.loc.end.offset;
  }
  return { text: kept + blank(text.slice(end)), extension: languageOf(scripts) };
}

function isInlineScript(node: { readonly type: NodeTypes }): node is ElementNode {
  if (node.type !== NodeTypes.ELEMENT) return false;
  const element = node as ElementNode;
  return element.tag === 'script' && !attributes(element).has('src');
}

function languageOf(scripts: readonly ElementNode[]): Exclude<Extension, 'vue'> {
  const languages = scripts.map((script) => attributes(script).get('lang'));
  const isTypeScript = languages.some((language) => language === 'ts' || language === 'tsx');
  if (!isTypeScript) return 'jsx';
  return languages.some((language) => language?.endsWith('x')) ? 'tsx' : 'ts';
}

function attributes(element: ElementNode): Map<string, string | undefined> {
  return new Map(
    element.props.flatMap((prop) => (prop.type === NodeTypes.ATTRIBUTE ? [[prop.name, prop.value?.content]] : [])),
  );
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
