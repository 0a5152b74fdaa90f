// What kind of bug it is, in words: one sentence without its full stop that can be pasted into an answer.

import type { Blame } from '../../diagnosis/blame.ts';
import type { Conclusion, Diagnosis, Giver, Source } from '../../diagnosis/diagnosis.ts';
import type { AccessKind } from '../../machine/access.ts';
import { errnoName } from '../../machine/errno.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import type { Snapshot, SymbolReference } from '../../snapshot/snapshot.ts';
import { faultCauseText } from './fault-cause.ts';
import { listText } from './list.ts';
import { MARKERS } from './marker.ts';
import { unbroken } from './unbroken.ts';

/** Whom the sentence is about. */
export interface DiagnosisView {
  readonly snapshot: Snapshot;
  readonly blame?: Blame;
}

/** The sentence of a conclusion, with how sure it is in its verb: what is only suggested "looks like" it, a hint "could be" it. */
export function diagnosisText(diagnosis: Diagnosis, view: DiagnosisView): string {
  const text = conclusionText(diagnosis, view);
  switch (diagnosis.strength) {
    case 'proves':
      return isSourceSure(diagnosis) ? text : `it seems that ${text}`;
    case 'suggests':
      return `it looks as if ${text}`;
    case 'hint':
      return `it could be that ${text}`;
  }
}

/** What is wrong may be proved while where it came from is only likely. */
function isSourceSure(found: Diagnosis): boolean {
  const source = 'source' in found ? found.source : undefined;
  if (source === undefined) return true;
  return !source.likely && (source.kind !== 'argument' || source.by === undefined || source.by.certainty === 'proved');
}

const NUMBERS = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** The function without its offset, the program, or the place that has no name. */
function subject({ snapshot }: DiagnosisView): string {
  const { symbol, task, kind } = snapshot;
  if (kind === 'user-fault') return task.comm?.value ?? 'the program';
  return symbol?.value.name === undefined ? 'the code at EIP' : unbroken(symbol.value.name);
}

/** ` by crypt_ctr [dm_crypt]`, where the caller is known well enough to be named. */
function byGiver(giver: Giver | undefined): string {
  if (giver === undefined) return '';
  const { symbol, onBehalfOf } = giver;
  return ` by ${functionText(symbol)}${onBehalfOf === undefined ? '' : `, on behalf of ${functionText(onBehalfOf)}`}`;
}

function functionText({ name, text, module }: SymbolReference): string {
  return `${unbroken(name ?? text)}${module === undefined ? '' : ` [${unbroken(module)}]`}`;
}

/** `that it loaded from [c1202122]`. */
function sourceText(source: Source | undefined): string {
  switch (source?.kind) {
    case 'argument':
      return ` that it was given as its ${NUMBERS[source.position]} argument${byGiver(source.by)}`;
    case 'load':
      return source.address === undefined
        ? ' that it loaded from memory'
        : ` that it loaded from [${hex32(source.address)}]`;
    case 'returned':
      return ' that a function before it returned';
    default:
      return '';
  }
}

const DOES: Readonly<Record<AccessKind, string>> = { read: 'reads', write: 'writes', execute: 'jumps' };

const LAST_PAGE = 0xffff_f000;

function register(name: string | undefined): string {
  return name === undefined ? '' : ` in %${name}`;
}

function indexText(
  { value, register: name, source }: Extract<Conclusion, { kind: 'index-out-of-range' }>,
  who: string,
): string {
  if (value === undefined) return `${who} takes an element far out of range, with the index${register(name)}`;
  const far = isFar(value) ? 'far ' : '';
  return `${who} takes an element ${far}out of range: the index${register(name)} is ${signedHex(value)}${loadedFrom(source)}`;
}

/** Numbers a little below 0 are shown as such. */
function signedHex(value: U32): string {
  return value >= 0xffff_0000 ? `-${hex(0x1_0000_0000 - value)}` : hex(value);
}

function isFar(index: U32): boolean {
  return index >= 0x1_0000 && index < 0xffff_0000;
}

/** A value as its four printable bytes lie in memory. */
function letters(value: U32): string {
  return `"${String.fromCharCode(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24)}"`;
}

function conclusionText(found: Conclusion, view: DiagnosisView): string {
  const who = subject(view);
  switch (found.kind) {
    case 'list-poison':
      return found.twice
        ? `${who} removes a list entry that was removed before: %${found.register} holds ${MARKERS[found.marker]}`
        : `${who} uses a list entry that was removed: ${held(found)}`;
    case 'slab-poison':
    case 'page-poison':
    case 'red-zone':
    case 'magic-value':
      return `${who} uses ${MARKER_USES[found.kind]}: ${held(found)}`;
    case 'container-of-null':
      return `${who} took NULL for a member at offset ${hex(found.below)} of a structure: %${found.register} points that far below NULL`;
    case 'error-pointer':
      return `${who} uses the error code -${found.errno} (${errnoName(found.errno)}) as a pointer, a value${register(found.register)}${sourceText(found.source)}`;
    case 'minus-one-pointer':
      return `${who} uses -1 as a pointer, a value${register(found.register)}${sourceText(found.source)}`;
    case 'null-array':
      return `${who} takes ${found.value === undefined ? 'an element' : `element ${hex(found.value)}`} (%${found.index}) of an array whose address in %${found.register} is NULL`;
    case 'null-percpu-pointer':
      return `${who} uses a NULL per-cpu pointer, in %${found.register}; %${found.base} is only the offset of the processor's area`;
    case 'null-member':
      return nullMemberText(found, view);
    case 'null-struct-argument':
      return `${who} was given ${hex(found.value)} as its ${NUMBERS[found.position]} argument${byGiver(found.by)}: a member at that offset of a NULL structure`;
    case 'small-integer-pointer':
      return `${who} uses the small number ${hex(found.value)}${register(found.register)} as a pointer, a value${sourceText(found.source) || ' of unknown origin'}`;
    case 'near-null':
      return found.address < LAST_PAGE
        ? `${hex(found.address)} is NULL plus an offset, or a small number in the place of a pointer`
        : `${hex32(found.address)} is ${hex(0x1_0000_0000 - found.address)} below NULL, or an error code in the place of a pointer`;
    case 'unmapped-address':
      return `${hex32(found.address)}${register(found.register)} is past the end of an area, or of one that was freed: nothing is mapped there${loadedFrom(found.source)}`;
    case 'register-near-address':
      return found.distance === 0
        ? `the address is the value of %${found.register}`
        : `the address is ${hex(found.distance)} above the value of %${found.register}`;
    case 'text-pointer':
      return `the pointer${register(found.register)} was overwritten with text: it reads ${letters(found.value)} in memory${loadedFrom(found.source)}`;
    case 'fill-pattern':
      return `the pointer${register(found.register)} is a fill pattern, ${hex32(found.value)}, and not an address`;
    case 'index-out-of-range':
      return indexText(found, who);
    case 'wild-pointer':
      return `${who} uses ${hex32(found.value)}${register(found.register)} as a pointer, which is no address of the kernel${sourceText(found.source) && `, a value${sourceText(found.source)}`}`;
    case 'page-overrun':
      return OVERRUNS[found.how](who);
    case 'area-not-mapped':
      return `${who} was given an area that is not mapped at all: it faulted on the first element, at %${found.register}`;
    case 'page-unmapped-on-purpose':
      return 'the page was free: the kernel unmaps free pages to catch this (DEBUG_PAGEALLOC)';
    case 'late-vmalloc-sync':
      return 'the page was mapped and this page table was not yet told: its entry is present in what the kernel printed';
    case 'walk-useless':
      return 'the printed page-table entries say nothing: the directory above them is not present, so they were read at address 0';
    case 'page-table-damaged':
      return found.bits.length > 0
        ? `the page table is damaged: its entry has bit${found.bits.length > 1 ? 's' : ''} ${listText(found.bits.map(String))} set, and a reserved one is among them`
        : 'the page table is damaged: a reserved bit of an entry is set';
    case 'write-to-read-only':
      return `${who} writes to memory that is mapped read-only`;
    case 'kernel-half-address':
      return `${who} uses an address of the kernel half, which no pointer of a program holds`;
    case 'user-page-touched':
      return `${who} ${DOES[found.access]} memory of the user without the functions that may (SMAP)`;
    case 'null-call':
      return found.address === 0
        ? 'a NULL function pointer was called'
        : `a function pointer of ${hex(found.address)} was called`;
    case 'jump-to-user-half':
      return `control went to ${hex32(found.address)}, an address of the user half`;
    case 'wild-jump':
      return `control went to ${hex32(found.address)}, where no code is`;
    case 'jump-to-poison':
      return `control went to ${hex32(found.address)}, a value that the kernel writes over freed memory`;
    case 'jump-to-text-bytes':
      return `control went to ${hex32(found.address)}, which is text: ${letters(found.address)} in memory`;
    case 'jump-to-data':
      return `control went to ${hex32(found.address)}, which is data and no code`;
    case 'jump-into-instruction':
      return `control went into the middle of an instruction of ${who}, ${found.into} byte${found.into === 1 ? '' : 's'} after its start`;
    case 'code-gone':
      return `the code at ${hex32(found.address)} was unloaded: its page lies in the module area and is not mapped`;
    case 'code-on-stack':
      return `${who} runs code on its stack`;
    case 'called-from': {
      const caller = view.snapshot.trace?.[found.index]?.symbol?.text ?? 'an address of the call trace';
      return `it was called${found.register ? ` through %${found.register}` : ''}: the word on top of the stack returns to ${caller}`;
    }
    case 'returned-to':
      return 'it was returned to or jumped to: the word on top of the stack is no address of the call trace';
    case 'divide-by-zero':
      return `${who} divides by zero`;
    case 'proved-zero':
      return `${who} divides by zero: only a divisor of 0 fits the dividend`;
    case 'divide-overflow':
      return `${who} divides a number that is too large: the quotient does not fit`;
    case 'breakpoint':
      return `${who} ran into a breakpoint (int3), which a debugger or a probe left, or which lies between functions`;
    case 'overflow-trap':
      return `${who} checks a result that overflowed (into)`;
    case 'protection-cause':
      return faultCauseText(found.cause);
    case 'not-this-instruction':
      return 'this instruction did not raise it: the saved resume flag is clear, as after an interrupt on that vector';
    case 'cannot-raise':
      return 'the code bytes or the registers of the log are not those of the fault: the instruction completes with them';
    case 'frame-impossible':
      return 'the printed registers are no register frame: EFLAGS has bits that no processor sets';
    case 'damaged-free-list':
      return `the free list that ${who} walks was damaged earlier, by someone else`;
    case 'lock-not-initialised':
      return `${who} stores through the list of a lock or queue that was never initialised`;
    case 'callee-lost-registers':
      return 'a function that was called before did not give the registers back: the stack they were saved on was overwritten';
    case 'stack-overrun':
      return found.esp < found.stackStart
        ? `the kernel stack overflowed: %esp is ${hex(found.stackStart - found.esp)} bytes below its start`
        : `the kernel stack is nearly full: ${hex(found.esp - found.stackStart)} bytes are left`;
    case 'stack-pointer-wild':
      return `the stack pointer is no address of the kernel: %esp is ${hex32(found.esp)}`;
    case 'user-stack-overflow':
      return `the stack of ${who} overflowed: it pushes ${hex(found.below)} bytes below %esp, at the end of the stack's pages`;
    case 'kernel-words':
      return `the kernel says: ${found.words}`;
    case 'assertion':
    case 'warning':
      return assertionText(found, view);
    case 'secondary-report':
      return found.ordinal === undefined
        ? 'the kernel had died before (taint D): an earlier report may be the cause'
        : `this is report number ${found.ordinal} of this boot: an earlier one may be the cause`;
  }
}

const MARKER_USES = {
  'slab-poison': 'memory that was freed or never written',
  'page-poison': 'a page that was freed',
  'red-zone': 'what lies around an object, beyond its end or before its start',
  'magic-value': 'a magic number as a pointer',
} as const;

const OVERRUNS = {
  crossing: (who: string) => `${who} reaches over the end of what is mapped: the access begins in the page before`,
  string: (who: string) => `${who} runs over the end of what is mapped: elements before this one were done`,
  loop: (who: string) => `${who} runs over the end of what is mapped, in a loop that moves the pointer on`,
} as const;

function held({ register: name, marker, value }: Extract<Conclusion, { readonly marker: unknown }>): string {
  return `${name === undefined ? 'the address' : `%${name}`} holds ${MARKERS[marker]} (${hex32(value)})`;
}

function loadedFrom(source: Source | undefined): string {
  return source?.kind === 'load' && source.address !== undefined ? `, loaded from [${hex32(source.address)}]` : '';
}

function nullMemberText(found: Extract<Conclusion, { kind: 'null-member' }>, view: DiagnosisView): string {
  const who = subject(view);
  const does = DOES[found.access];
  const at = found.offset === 0 ? 'through it' : `at offset ${hex(found.offset)} of it`;
  switch (found.source?.kind) {
    case 'argument':
      return `${who} was given NULL as its ${NUMBERS[found.source.position]} argument${byGiver(found.source.by)}, and ${does} ${at}`;
    case 'load':
    case 'returned':
      return `${who} ${does} ${at.replace(/it$/, 'a NULL pointer')}${sourceText(found.source)}`;
    default:
      return `${who} ${does} ${at.replace(/it$/, 'a NULL pointer')}${register(found.register)}`;
  }
}

function assertionText(
  found: Extract<Conclusion, { kind: 'assertion' | 'warning' }>,
  { snapshot, blame }: DiagnosisView,
): string {
  const { words } = found;
  const place = snapshot.trap.location?.value;
  const where = place?.file === undefined ? '' : ` at ${place.file}:${place.line}`;
  const own = snapshot.symbol?.value.name;
  const by = own === undefined ? '' : ` in ${unbroken(own)}`;
  const called = blame?.role === 'caller' ? `, called for ${functionText(blame.symbol)}` : '';
  const said = words === undefined ? '' : `: ${words.replace(/\.$/, '')}`;
  if (found.kind === 'assertion' && found.lost)
    return `the kernel stopped at ud2${where}${by}${called}, as BUG and WARN do; their words are not in the log`;
  return `the kernel ${found.kind === 'warning' ? 'warned' : 'found an error of its own'}${where}${by}${called}${said}`;
}

/** What a reader should look at first: a function, and how sure that is. */
export function blameText({ symbol, role, certainty }: Blame): string {
  if (role === 'faulting') return symbol.text;
  return certainty === 'proved'
    ? `${symbol.text}, the caller: its return address is on the stack`
    : `${symbol.text}, the likely caller: the first entry of the trace that can be it`;
}
