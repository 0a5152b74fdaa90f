// Names from a log in lines that are broken at blanks: a line that began with a part of one could pass for a line of ours.

/** A blank that is no place to break a line; it is one column wide, too. */
const UNBROKEN = '\u00a0';

/** The name as one word, but for the module after a symbol. */
export function unbroken(name: string): string {
  return name.replace(/ (?!\[[^ ]*\]$)/g, UNBROKEN);
}

/** The sentence with the name in it as one word. */
export function unbrokenIn(sentence: string, name: string | undefined): string {
  return name === undefined || name === '' ? sentence : sentence.replaceAll(name, () => unbroken(name));
}

/** A line whose breaks are made, with blanks as they were. */
export function withBlanks(line: string): string {
  return line.replaceAll(UNBROKEN, ' ');
}
