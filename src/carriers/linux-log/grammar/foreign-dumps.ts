// Lines by which the crash texts of other programs and systems show: their registers and words look like a kernel's, and mean something else.
// Each text has such a line at its registers too, so that one is known whose first lines are lost.

import type { ForeignWriter } from '../../carrier.ts';
import type { Family } from './family.ts';

interface Form extends Omit<Family, 'read' | 'holds'> {
  readonly writer: ForeignWriter;
  readonly starts: string;
  readonly pattern: RegExp;
}

/** So much of a line is looked at. */
const LONGEST_LINE = 300;

const FORMS: readonly Form[] = [
  // cpu_x86_dump_state() of QEMU, and what `-d int,cpu_reset` prints above it.
  {
    writer: 'qemu',
    starts: 'ea ra ei ri',
    pattern:
      /^(?:EAX=[0-9a-f]{8} EBX=[0-9a-f]{8} ECX=|RAX=[0-9a-f]{16} RBX=|EIP=[0-9a-f]{8} EFL=|RIP=[0-9a-f]{16} RFL=)/,
    signs: [{ text: 'EAX=' }, { text: 'RAX=' }, { text: 'RIP=' }],
    words: [/[ER](?:[ABCD]X|SI)=/],
  },
  {
    writer: 'qemu',
    starts: 'v= 0* 1* 2* 3* 4* 5* 6* 7* 8* 9*',
    pattern: /^(?:\d{1,8}: )?v=[0-9a-f]{2} e=[0-9a-f]{4} i=[01] cpl=\d /,
    words: [/v=[0-9a-f]{2} e=/],
  },
  {
    writer: 'qemu',
    starts: 'cp sm',
    pattern: /^(?:CPU Reset \(CPU \d{1,4}\)|SMM: (?:enter|after RSM))$/,
    words: [/SMM: /],
  },
  {
    writer: 'qemu',
    starts: 'kv er',
    pattern: /^(?:KVM internal error\. Suberror: |KVM: entry failed, hardware error |error: kvm run failed )/,
    signs: [{ text: 'KVM', confirm: /KVM(?: internal error|: entry failed)/ }],
    words: [/KVM/, /kvm run failed/],
  },
  // cdb and WinDbg; Dr. Watson prints the same registers.
  {
    writer: 'windbg',
    starts: 'ea ra ei ri',
    pattern:
      /^(?:eax=[0-9a-f]{8} ebx=[0-9a-f]{8} ecx=|rax=[0-9a-f]{16} rbx=|[er]ip=[0-9a-f]{8,16} [er]sp=.{1,60}\biopl=)/,
    signs: [{ text: 'eax=' }, { text: 'rax=' }],
    words: [/[er](?:ax|ip)=/],
  },
  {
    writer: 'windbg',
    starts: '(*',
    pattern: /^\([0-9a-f]{1,6}\.[0-9a-f]{1,6}\): .{1,80} - code [0-9a-f]{8} \(/,
    words: [/ - code [0-9a-f]{8} /],
  },
  // winedbg.
  {
    writer: 'wine',
    starts: 'wi un =>',
    pattern:
      /^(?:wine: Unhandled |Unhandled exception: .{1,120} in (?:wow64 )?\d\d-bit code \(|=>\d{1,3} 0x[0-9a-f]{8,16} )/,
    signs: [{ text: 'wine:', confirm: /wine: Unhandled/ }, { text: 'Unhandled exc' }],
    words: [/Unhandled /, /=>\d/],
  },
  {
    writer: 'wine',
    starts: 'cs ei ri',
    pattern: /^(?:CS:[0-9a-f]{4} SS:[0-9a-f]{4} DS:|EIP:[0-9a-f]{8} ESP:|rip:[0-9a-f]{16} rsp:)/,
  },
  // hs_err files, and what the Java virtual machine prints when it writes one.
  {
    writer: 'hotspot',
    starts: '# a an',
    pattern: /^#? ?An? (?:fatal|unexpected) error has been detected by (?:the )?(?:Java|HotSpot) /,
    signs: [{ text: 'HotSpot' }, { text: 'Java Run' }],
    words: [/error has been detected by /],
  },
  { writer: 'hotspot', starts: 'si', pattern: /^siginfo: ?(?:si_signo|ExceptionCode)\b/, words: [/siginfo/] },
  { writer: 'hotspot', starts: 'ea ra', pattern: /^[ER]AX=0x[0-9a-f]{8,16}, [ER]BX=0x/ },
  // debuggerd of Android, in a file or with the head of `logcat -v brief`.
  {
    writer: 'tombstone',
    starts: '** si xc ea i/ f/',
    pattern:
      /^(?:[IF]\/DEBUG {1,3}\( {0,5}\d{1,6}\): {1,8})?(?:(?:\*\*\* ){8}|signal \d{1,3} \(SIG[A-Z]{2,9}\), code -?\d{1,4} \([^()]{1,60}\), fault addr |xcs [0-9a-f]{8} {2}xds |eax [0-9a-f]{8} {2}ebx [0-9a-f]{8} {2}ecx )/,
    signs: [{ text: 'fault', after: 'g ', confirm: /fault addr / }],
    words: [/fault addr /, /\*{3} \*{3} \*{3}/, /eax [0-9a-f]{8} {2}ebx/, /xcs [0-9a-f]{8}/],
  },
  // The Debugger of Haiku.
  {
    writer: 'haiku',
    starts: 'de',
    pattern: /^Debug information for team \S/,
    signs: [{ text: 'Debug inf', confirm: /Debug information for team / }],
    words: [/Debug information for team /],
  },
  { writer: 'haiku', starts: 'ei', pattern: /^eip:\s{1,8}0x[0-9a-f]{8}$/, words: [/eip:\s/] },
  // Dialogs and logs of programs for Windows; each has a form of its own.
  {
    writer: 'windows',
    starts: 'ex',
    pattern: /^Exception:\s{1,8}(?:0x)?C0[0-9a-f]{6}\b/i,
    signs: [{ text: 'Exception:', confirm: /Exception:\s{1,8}(?:0x)?C0/i }],
    words: [/Exception:\s/],
  },
  {
    writer: 'windows',
    starts: 'ea',
    pattern: /^EAX=[0-9a-f]{8} (?:CS=[0-9a-f]{4} EIP=| EBX=[0-9a-f]{8} {2}ECX=)/i,
  },
  {
    writer: 'windows',
    starts: 'co by',
    pattern: /^(?:Code: \d{1,4} bytes starting at \(EIP = |Bytes at (?:CS:EIP|instruction pointer):)/,
    words: [/Bytes at /],
  },
];

/** Each a family of lines of its own, so that a line meets only the few that start as it does. */
export const FOREIGN_DUMPS = FORMS.map(
  ({ writer, pattern, ...family }): Family => ({
    ...family,
    read: (text) => (pattern.test(text.slice(0, LONGEST_LINE)) ? [{ kind: 'foreign', origin: writer }] : []),
  }),
);

const WRITERS: ReadonlySet<string> = new Set(FORMS.map(({ writer }) => writer));

/** True where `origin` is no architecture. */
export function isWriter(origin: string): origin is ForeignWriter {
  return WRITERS.has(origin);
}
