// HTML entities and tags, BBCode and Markdown of web archives, bug trackers and forums.

import { cutLine, type LogLine, lineStage, type Stage } from './log-line.ts';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };
const ENTITY = /&(?:([a-z]{2,4})|#(\d{1,5})|#x([0-9a-f]{1,4}));/gi;
const TAG =
  /<\/?(?:span|div|p|pre|tt|code|font|b|i|u|a|blockquote|td|tr|table|li|ul|html|body)(?: [^<>]{0,200})?\/?>/gi;
const LINE_BREAK = /<(?:br|\/p|\/div)(?: [^<>]{0,200})? ?\/?>/i;
const LINE_BREAKS = new RegExp(LINE_BREAK, 'gi');
/** Three marks or more, with the name of a language where one opens. */
const FENCE = /^\s{0,8}(?:`{3,}|~{3,})[\w.+-]{0,20}\s*$/;
/** One look tells most lines from those that have any of it. */
export const MARK = /<\/?[A-Za-z]{1,10}[ >/]|&|\[\/?[A-Z]|^\*\*|\\$|`{3}|~{3}/m;
const BBCODE = /\[\/?(?:COLOR|FONT|SIZE|CODE|QUOTE|URL|PRE|[BIU])(?:=[^\][]{0,60})?\]/g;

function entity(all: string, name: string | undefined, decimal: string | undefined, hex: string | undefined): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? all;
  const code = Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10);
  return code === 0xa0 ? ' ' : String.fromCharCode(code);
}

/** `<br>` ends a line wherever it stands. */
export const cutLineBreaks: Stage = (lines) =>
  lines.flatMap((line): LogLine[] => {
    if (!/<[bB/]/.test(line.text) || !LINE_BREAK.test(line.text)) return [line];
    const parts = line.text.split(LINE_BREAKS);
    if (parts.at(-1)?.trim() === '') parts.pop();
    return cutLine(line, parts.length > 0 ? parts : ['']);
  });

/** Tags go before entities: an escaped marker `&lt;8b&gt;` must not be taken for a tag. */
export const stripMarkup = lineStage((text) => {
  if (!MARK.test(text)) return text;
  if (FENCE.test(text)) return '';
  let plain = text;
  if (plain.includes('<')) plain = plain.replace(TAG, '');
  if (plain.includes('&')) plain = plain.replace(ENTITY, entity);
  if (plain.includes('[')) plain = plain.replace(BBCODE, '');
  if (plain.startsWith('**')) plain = plain.slice(2).replace(/\*\*\s*$/, '');
  return plain.replace(/\\$/, '');
});
