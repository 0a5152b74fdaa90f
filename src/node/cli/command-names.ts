// The commands beside the one that explains logs, and what needs the reader of options.

/** What may stand in the place of the first log. */
export const COMMANDS = ['test', 'record', 'step', 'gdb', 'source', 'serve', 'completion', 'help'] as const;
/** Those that the reader of options knows; it makes `help` an option. */
export type OtherCommand = Exclude<(typeof COMMANDS)[number], 'help'>;
const OTHER_COMMANDS: readonly (string | undefined)[] = COMMANDS.filter((name) => name !== 'help');
const STDIN = '-';

export function isOtherCommand([first]: readonly string[]): boolean {
  return OTHER_COMMANDS.includes(first);
}

/** True where all words are logs, and every option has its default. */
export function isPlain(words: readonly string[]): boolean {
  if (words.length === 0 || words[0] === 'help' || isOtherCommand(words)) return false;
  return words.every((word) => word === STDIN || !word.startsWith('-'));
}

const ABOUT_ITSELF: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version']);

/** True where the command says something about itself, and replays nothing. */
export function isAboutItself(words: readonly string[]): boolean {
  return words.length === 0 || words[0] === 'completion' || words.some((word) => ABOUT_ITSELF.has(word));
}
