// Puts on a clean log what loggers, mailers, terminals and archives put on one. Each decoration is a plain function of lines.

export type Decoration = (lines: readonly string[]) => readonly string[];

const times = (index: number): string => (5.903366 + index * 0.000143).toFixed(6).padStart(12);

/** What a logger puts in front of each line; `index` is the line's number. */
export const HEADS: Readonly<Record<string, (index: number) => string>> = {
  none: () => '',
  printk: (index) => `[${times(index)}] `,
  caller: (index) => `[${times(index)}][  T271] `,
  level: () => '<4>',
  'level and time': (index) => `<1>[${times(index)}] `,
  syslog: () => 'Jun  2 10:29:20 host kernel: ',
  'syslog and time': (index) => `Nov 22 13:21:35 my-host.example kernel: [${times(index)}] `,
  rfc3339: (index) => `2024-05-17T08:15:${String(10 + (index % 50))}.123456+02:00 host kernel: [${times(index)}] `,
  kernel: () => 'kernel: ',
  metalog: () => 'Jun 07 12:49:05 [kernel] ',
  dmesg: () => '[Mon Jan  1 00:00:01 2001] ',
  'dmesg with levels': () => 'kern  :alert : [Mon Mar  4 03:03:21 2024] ',
  'dmesg with differences': (index) => `[${times(index)} <    0.000143>] `,
  'dmesg with dates and differences': () => '[Mon Mar  4 03:03:21 2024 <    0.000143>] ',
  'dmesg with nothing but differences': () => '[<    0.000143>] ',
  'dmesg with relative times': (index) => (index % 9 === 0 ? '[Mar 4 03:03] ' : '[  +0.000143] '),
  'dmesg with ISO times': (index) => `2024-03-04T03:03:21,${String(100_123 + index)}+01:00 `,
  'journal in full': () => 'Mon 2024-03-04 03:03:21 CET host kernel: ',
  'journal since the epoch': (index) => `1709517801.${String(100_123 + index)} host kernel: `,
  'journal since the start': (index) => `[${times(index)}] host kernel: `,
  'kernel message record': (index) => `6,${1234 + index},${98765432 + index},-;`,
  'netconsole with a release': (index) => `5.10.0-8-686,6,${1234 + index},${98765432 + index},-;`,
  'terminal, time of day': (index) => `[03:03:21.${String(100 + index)}] `,
  'terminal, date': () => '[2024-03-04 03:03:21] ',
  grabserial: (index) => `[${(12 + index * 0.0002).toFixed(6)} 0.000200] `,
  ts: () => 'Mar 04 03:03:21 ',
  'ts over printk': (index) => `Mar 04 03:03:21 [${times(index)}] `,
  'ts in seconds': (index) => `1709517801.${String(100_123 + index)} `,
  'ts since its start': () => '00:00:07 ',
  logcat: () => '03-04 03:03:21.123     0     0 E         : ',
  'logcat with a tag': () => '03-04 03:03:21.123     0     0 W KERNEL  : ',
  'Android console': (index) => `<3>[${times(index)}][T1] `,
  MediaTek: (index) => `[${times(index)}]<0> (0)[123:name]`,
  'MediaTek, level first': (index) => `<4>[${times(index)}]-(1)[0:swapper/1]`,
  'processor behind the time': (index) => `<6>[${times(index)},3] `,
  OpenWrt: (index) => `Mon Mar  4 03:03:21 2024 kern.alert kernel: [${times(index)}] `,
  'syslog protocol': () => '<4>1 2024-03-04T03:03:21.000000+00:00 host kernel - - - ',
};

/** What tools put in front of the lines of a file. */
export const LISTINGS: Readonly<Record<string, (index: number) => string>> = {
  'numbered lines': (index) => `${String(index + 1).padStart(6)}\t`,
  'numbered lines found': (index) => `${index + 95}:`,
  'name of the file': () => 'messages.1:',
  'name and number': (index) => `/var/log/messages:${index + 95}:`,
  'name, number and syslog': (index) => `kern.log:${index + 7}:Jun  2 10:29:20 host kernel: `,
};

export const withHead =
  (head: (index: number) => string): Decoration =>
  (lines) =>
    lines.map((line, index) => head(index) + line);

export const indent =
  (by: string): Decoration =>
  (lines) =>
    lines.map((line) => by + line);

export const quote = (mark: string): Decoration => indent(mark);

export const doubleSpacing: Decoration = (lines) => lines.flatMap((line) => [line, '']);

export const trimEnds: Decoration = (lines) => lines.map((line) => line.trimEnd());

export const carriageReturns: Decoration = (lines) => lines.map((line) => `${line}\r`);

export const tabs: Decoration = (lines) => lines.map((line) => line.replace(/^ {8}/, '\t'));

/** A terminal cuts at its width, wherever that is. */
export const cutAt =
  (width: number): Decoration =>
  (lines) =>
    lines.flatMap((line) => {
      if (line.length <= width) return [line];
      const parts: string[] = [];
      for (let i = 0; i < line.length; i += width) parts.push(line.slice(i, i + width));
      return parts;
    });

/** A mailer breaks at the last blank before its width, and drops that blank. */
export const wrapAt =
  (width: number): Decoration =>
  (lines) =>
    lines.flatMap((line) => {
      const parts: string[] = [];
      let rest = line;
      while (rest.length > width) {
        const blank = rest.lastIndexOf(' ', width);
        if (blank <= 0 || rest.slice(0, blank).trim() === '') break;
        parts.push(rest.slice(0, blank));
        rest = rest.slice(blank + 1);
      }
      return [...parts, rest];
    });

export const html: Decoration = (lines) =>
  lines.map((line) => `${line.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}<br>`);

/** Quoted-printable with soft breaks at 76 characters. */
export const quotedPrintable: Decoration = (lines) =>
  lines.flatMap((line) => {
    const encoded = line.replace(/=/g, '=3D').replace(/ $/, '=20');
    const parts: string[] = [];
    let rest = encoded;
    while (rest.length > 76) {
      let end = 75;
      // An escape is never cut.
      while (rest[end - 1] === '=' || rest[end - 2] === '=') end--;
      parts.push(`${rest.slice(0, end)}=`);
      rest = rest.slice(end);
    }
    return [...parts, rest];
  });

/** The decorations one after the other, innermost first. */
export function applyAll(text: string, decorations: readonly Decoration[]): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return `${decorations.reduce<readonly string[]>((present, decorate) => decorate(present), lines).join('\n')}\n`;
}
