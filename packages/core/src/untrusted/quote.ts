/** Longer text is cut: a message is for people to read. */
const MAX_SHOWN = 200;
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Returns text from outside as a message shows it: in quotes and cut to a length. Escapes everything that a log would
 * take for a new line or a terminal for a command: control characters, line separators, and characters that turn the
 * direction of writing.
 */
export function quoted(text: string, most = MAX_SHOWN): string {
  if (text.length <= most && PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text).replace(LEFT_BY_JSON, escaped);
}

/**
 * Characters that JSON does not escape. It escapes the control characters below the space, quotes, backslashes and
 * halves of surrogate pairs.
 */
const LEFT_BY_JSON = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
