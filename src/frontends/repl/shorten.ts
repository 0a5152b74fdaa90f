// Long texts of the user, cut in their middle: what was typed is never echoed by the megabyte.

/** At most some `length` characters, both ends of the text among them. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = Math.floor(length / 3);
  return `${text.slice(0, length - tail)} … ${text.slice(-tail)}`;
}
