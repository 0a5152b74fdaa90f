// Sentences about pointers.

import type { ConclusionOf } from '../../../diagnosis/diagnosis.ts';
import { errnoName } from '../../../machine/errno.ts';
import { hex32, type U32 } from '../../../machine/u32.ts';
import { MARKERS } from '../marker.ts';
import {
  byGiver,
  type DiagnosisView,
  DOES,
  hex,
  inRegister,
  letters,
  loadedFrom,
  NUMBERS,
  type Sentences,
  signedHex,
  sourceText,
  subject,
} from './parts.ts';

type PointerKind =
  | 'list-poison'
  | 'slab-poison'
  | 'page-poison'
  | 'red-zone'
  | 'magic-value'
  | 'container-of-null'
  | 'error-pointer'
  | 'minus-one-pointer'
  | 'null-array'
  | 'null-percpu-pointer'
  | 'null-member'
  | 'null-struct-argument'
  | 'small-integer-pointer'
  | 'near-null'
  | 'register-near-address'
  | 'text-pointer'
  | 'fill-pattern'
  | 'index-out-of-range'
  | 'wild-pointer'
  | 'unmapped-address'
  | 'marker-recovered';

type Marked = ConclusionOf<'slab-poison'>;

function uses(what: string): (found: Marked, view: DiagnosisView) => string {
  return (found, view) => `${subject(view)} uses ${what}: ${held(found)}`;
}

function held({ register: name, marker, value }: Marked): string {
  return `${name === undefined ? 'the address' : `%${name}`} holds ${MARKERS[marker]} (${hex32(value)})`;
}

export const POINTERS: Sentences<PointerKind> = {
  'list-poison': (found, view) =>
    found.twice
      ? `${subject(view)} removes a list entry that was removed before: %${found.register} holds ${MARKERS[found.marker]}`
      : `${subject(view)} uses a list entry that was removed: ${held(found)}`,
  'slab-poison': uses('memory that was freed or never written'),
  'page-poison': uses('a page that was freed'),
  'red-zone': uses('what lies around an object, beyond its end or before its start'),
  'magic-value': uses('a magic number as a pointer'),
  'container-of-null': ({ below, register }, view) =>
    `${subject(view)} took NULL for a member at offset ${hex(below)} of a structure: %${register} points that far below NULL`,
  'error-pointer': ({ errno, register, source }, view) =>
    `${subject(view)} uses the error code -${errno} (${errnoName(errno)}) as a pointer, a value${inRegister(register)}${sourceText(source)}`,
  'minus-one-pointer': ({ register, source }, view) =>
    `${subject(view)} uses -1 as a pointer, a value${inRegister(register)}${sourceText(source)}`,
  'null-array': ({ value, index, register }, view) =>
    `${subject(view)} takes ${value === undefined ? 'an element' : `element ${hex(value)}`} (%${index}) of an array whose address in %${register} is NULL`,
  'null-percpu-pointer': ({ register, base }, view) =>
    `${subject(view)} uses a NULL per-cpu pointer, in %${register}; %${base} is only the offset of the processor's area`,
  'null-member': nullMember,
  'null-struct-argument': ({ value, position, by }, view) =>
    `${subject(view)} was given ${hex(value)} as its ${NUMBERS[position]} argument${byGiver(by)}: a member at that offset of a NULL structure`,
  'small-integer-pointer': ({ value, register, source }, view) =>
    `${subject(view)} uses the small number ${hex(value)}${inRegister(register)} as a pointer, a value${sourceText(source) || ' of unknown origin'}`,
  'near-null': ({ address }, view) => nearNull(address, subject(view)),
  'register-near-address': ({ register, distance }) =>
    distance === 0
      ? `the address is the value of %${register}`
      : `the address is ${hex(distance)} above the value of %${register}`,
  'text-pointer': ({ register, value, source }) =>
    `the pointer${inRegister(register)} was overwritten with text: it reads ${letters(value)} in memory${loadedFrom(source)}`,
  'fill-pattern': ({ register, value }) =>
    `the pointer${inRegister(register)} is a fill pattern, ${hex32(value)}, and not an address`,
  'index-out-of-range': outOfRange,
  'wild-pointer': ({ value, register, source }, view) =>
    `${subject(view)} uses ${hex32(value)} as a pointer, a value${inRegister(register)}${sourceText(source)}: no address of the kernel`,
  'marker-recovered': ({ register, value, access, fits }, view) => {
    const bytes = fits === 1 ? 'the one byte' : `each of the ${fits} bytes`;
    const what = value === 0 ? 'a NULL pointer' : hex32(value);
    return `${subject(view)} ${DOES[access]} through ${what} in %${register}: the byte at EIP is lost, and ${bytes} that would touch the address does so through that register`;
  },
  'unmapped-address': ({ address, register, source }) =>
    `${hex32(address)}${register === undefined ? '' : ` (from %${register})`} lies past the end of an area, or in one that was freed: nothing is mapped there${loadedFrom(source)}`,
};

const LAST_PAGE = 0xffff_f000;

function nearNull(address: U32, who: string): string {
  if (address === 0) return `${who} uses a NULL pointer: the address is 0`;
  return address < LAST_PAGE
    ? `${who} uses a NULL pointer, at offset ${hex(address)} of it, or a small number as a pointer`
    : `${who} uses an address ${hex(0x1_0000_0000 - address)} below NULL (${hex32(address)}), or an error code as a pointer`;
}

function outOfRange({ value, register, source }: ConclusionOf<'index-out-of-range'>, view: DiagnosisView): string {
  const who = subject(view);
  if (value === undefined) return `${who} takes an element far out of range, with the index${inRegister(register)}`;
  const far = value >= 0x1_0000 && value < 0xffff_0000 ? 'far ' : '';
  return `${who} takes an element ${far}out of range: the index${inRegister(register)} is ${signedHex(value)}${loadedFrom(source)}`;
}

function nullMember({ access, offset, source, register }: ConclusionOf<'null-member'>, view: DiagnosisView): string {
  const who = subject(view);
  const through = (what: string) =>
    `${DOES[access]} ${offset === 0 ? `through ${what}` : `at offset ${hex(offset)} of ${what}`}`;
  switch (source?.kind) {
    case 'argument':
      return `${who} was given NULL as its ${NUMBERS[source.position]} argument${byGiver(source.by)}, and ${through('it')}`;
    case 'load':
    case 'returned':
      return `${who} ${through('a NULL pointer')}${sourceText(source)}`;
    default:
      return `${who} ${through('a NULL pointer')}${inRegister(register)}`;
  }
}
