// Reflowed mail runs lines together. A caption that can only start a line starts one wherever it stands.

import { cutLine, type LogLine, type Stage } from './log-line.ts';

export const CAPTION =
  /[ :](?=(?:(?<!Oops: )Oops: [0-9a-f]{4}\b|BUG: unable to handle|Unable to handle kernel|kernel BUG at |Modules linked in:|EIP is at |Call Trace:|Code: [0-9a-f<(]{2}|Stack: [0-9a-f]{8}|Hardware name: |Process \S{1,16} \(pid: |EAX: [0-9a-f]{8} EBX|ESI: [0-9a-f]{8} EDI|CR0: [0-9a-f]{8} CR2|---\[ end trace ))/;

const CAPTIONS = new RegExp(CAPTION, 'g');

export const cutCaptions: Stage = (lines) =>
  lines.flatMap((line): LogLine[] => {
    const text = line.text;
    if (text.length < 20 || !CAPTION.test(text)) return [line];
    const parts: string[] = [];
    let start = 0;
    for (const match of text.matchAll(CAPTIONS)) {
      const at = (match.index ?? 0) + 1;
      if (text.slice(start, at).trim() === '') continue;
      parts.push(text.slice(start, at));
      start = at;
    }
    if (start === 0) return [line];
    parts.push(text.slice(start));
    return cutLine(line, parts);
  });
