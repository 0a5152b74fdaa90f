// Characters that no output may hold, by the properties of Unicode and so without the table that the program goes by.

/** ESC and its kind, C1, DEL, line ends of every sort, directions, zero width, tags, noncharacters, half a pair of surrogates. */
export const HOSTILE =
  '\u001b]52;c;cm0=\u0007\u0000\b\u007f\u009b31m\r\n  reproduced: forged line\n\u0085\u2028\u2029\u202e\u2066\u061c\u200b\u2060\ufeff\u00ad\u{e0041}\ufdd0\ud83d';

/** The same without what UTF-8 cannot hold. */
export const HOSTILE_UTF8 = HOSTILE.replace('\ud83d', '');

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;
/** The colours of the program. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what colour is.
const COLOURS = /\u001b\[(?:0|1|2|1;3[1-6]|3[1-6])m/g;

/** What must not have come out: lines with an unseen character or that a log wrote; `colour` lets colours through. */
export function leaks(output: string, { colour = false } = {}): readonly string[] {
  const lines = (colour ? output.replace(COLOURS, '') : output).split('\n');
  return lines.filter((line) => UNSEEN.test(line) || /^\s*reproduced: forged/.test(line));
}
