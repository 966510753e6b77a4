import { script, scriptHash, style, styleHash } from '../assets.js';
import type { Answer } from './answer.js';

/** A wave, so that a browser does not request an icon from the host. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%230b6e7a'/%3E%3Cpath d='M4 19c4-6 8-6 12 0s8 6 12 0' fill='none' stroke='%23fff' stroke-width='3.5' stroke-linecap='round'/%3E%3C/svg%3E";

/** Returns the document. Changing parts come later, by the stream; `token` is empty if the page offers no actions. */
export function pageHtml(title: string, token: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="breakwater-token" content="${escaped(token)}">
<title>${escaped(title)}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="app.css?${styleHash}">
<script src="app.js?${scriptHash}" defer></script>
</head>
<body>
<div id="app"><p class="loading">Connecting…</p></div>
<noscript><p class="loading">This page needs JavaScript. The same figures are in <a href="snapshot.json">snapshot.json</a>.</p></noscript>
</body>
</html>
`;
}

/** Returns the script or the style sheet, which may be cached for good: its address contains its hash. */
export function asset(file: 'app.js' | 'app.css'): Answer & { readonly headers: { readonly etag: string } } {
  const isScript = file === 'app.js';
  return {
    status: 200,
    type: isScript ? 'text/javascript' : 'text/css',
    body: isScript ? script : style,
    headers: { etag: `"${isScript ? scriptHash : styleHash}"`, 'cache-control': 'private, no-cache' } as {
      readonly etag: string;
    },
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
