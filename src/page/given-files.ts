// Logs as they come from outside: a file that was chosen or dropped, text that was pasted.

import type { GivenLog } from './protocol.ts';

/** A page holds the whole text: larger logs are explained by the command. */
const LARGEST_FILE = 1 << 26;

/** Rejects with a sentence where the file cannot be read. */
export async function logOfFile(file: File): Promise<GivenLog> {
  if (file.size > LARGEST_FILE)
    throw new Error(`${file.name} is larger than 64 MiB: cut out the lines of the crash, or use the replay command.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return { file: file.name, text: new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { ignoreBOM: true }).decode(bytes) };
}

/** The file or the text that was dropped or pasted; undefined where it is neither. */
export async function logOfTransfer(transfer: DataTransfer | null): Promise<GivenLog | undefined> {
  const [file] = transfer?.files ?? [];
  if (file !== undefined) return logOfFile(file);
  const text = transfer?.getData('text/plain') ?? '';
  return text.trim() === '' ? undefined : pastedLog(text);
}

export function pastedLog(text: string): GivenLog {
  return { file: 'pasted.log', text };
}

/** Offers `text` as a file, as a download. */
export function saveFile(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
