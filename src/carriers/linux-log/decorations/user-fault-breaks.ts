// `comm[pid]: segfault at 6c696c6f ip 00cd3aa8 sp bf8a2c20 error 4 in libc.so[c8a000+b4000]` is one line of known words: where it was
// broken tells whether a word was cut or a blank was dropped.

const HEX = 'hex';
const WORDS: readonly string[] = ['segfault', 'at', HEX, 'ip', HEX, 'sp', HEX, 'error', HEX, 'in'];
/** What follows the owner, as far as the line goes. */
const BEGUN = /\[\d{1,10}\]: (s[\w.+/ [-]{0,300})$/;
const DIGITS = /^[0-9a-f]{1,16}$/;
const LONGEST_USER_FAULT = 320;

/** What belongs between the two pieces; undefined where they are no such line, or where its form does not tell. */
export function glueOfUserFault(line: string, next: string): '' | ' ' | undefined {
  const body = line.slice(-LONGEST_USER_FAULT);
  if (/\[\d{0,10}$/.test(body) && /^\d{0,10}\]: segfault\b/.test(next)) return '';
  if (/\[\d{1,10}\]$/.test(body) && /^: segfault\b/.test(next)) return '';
  const words = BEGUN.exec(body)?.[1]?.split(' ');
  if (words === undefined || words.slice(0, -1).some((word, index) => !fits(word, WORDS[index]))) return undefined;
  const tail = words.at(-1) ?? '';
  const head = /^\S*/.exec(next.trimStart())?.[0] ?? '';
  const wanted = WORDS[words.length - 1];
  if (tail === '' || head === '') return undefined;
  if (wanted === undefined) return words.length === WORDS.length + 1 && isMapping(tail + head) ? '' : undefined;
  if (fits(tail, wanted) && fits(head, WORDS[words.length])) return ' ';
  return fits(tail + head, wanted) ? '' : undefined;
}

function isMapping(word: string): boolean {
  return word.endsWith(']') && word.includes('[');
}

/** The name of a file may be any word. */
function fits(word: string, wanted: string | undefined): boolean {
  return wanted === undefined || (wanted === HEX ? DIGITS.test(word) : word === wanted);
}
