// Puts selectors and bases into the engine's segment registers. The engine loads a selector only from a descriptor table, so one page
// of flat descriptors is mapped for the moment of loading, where no guest page is, and is gone before any instruction runs.

import type { SegmentRegister } from '../../machine/registers.ts';
import type { SegmentFile } from '../../machine/segments.ts';
import { PAGE_SIZE } from '../../machine/u32.ts';
import type { RawEngine } from './raw-engine.ts';

/** The access bytes of read-write data and readable code: present, and accessed, so that the engine does not write them back. */
const DATA = 0x93;
const CODE = 0x9b;
const LIMIT_4_GIB_32_BIT = 0xc;

/** Intel SDM vol. 3A, "Segment Descriptors". */
function flatDescriptor(base: number, kind: number, privilege: number): Uint8Array {
  return Uint8Array.of(
    0xff,
    0xff,
    base,
    base >>> 8,
    base >>> 16,
    kind | (privilege << 5),
    0xf | (LIMIT_4_GIB_32_BIT << 4),
    base >>> 24,
  );
}

/** The engine's structure for GDTR and LDTR: selector, base, limit, flags. */
function tableRegister(base: number): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, base, true);
  view.setUint32(16, 0xffff, true);
  return bytes;
}

function selectorBytes(selector: number): Uint8Array {
  return Uint8Array.of(selector, selector >>> 8, 0, 0);
}

const WRITABLE_AND_EXECUTABLE = 7;
const BOOT_CODE = 0x08;
const BOOT_STACK = 0x10;
/** It lies above every offset that a selector can have, so that table base = page − offset does not go below 0. */
export const LOWEST_SCRATCH_PAGE = 0x2_0000;

/**
 * Loads all six registers and enters the privilege level of CS. `page` must be unmapped, at least LOWEST_SCRATCH_PAGE, and is
 * unmapped again. A null CS or SS is left unloaded; SS takes the privilege of CS, as no CPU holds any other.
 */
export function loadSegments(engine: RawEngine, segments: SegmentFile, page: number): void {
  const privilege = segments.cs.selector & 3;
  engine.map(page, PAGE_SIZE, WRITABLE_AND_EXECUTABLE);
  try {
    if (privilege !== 0) enterPrivilege(engine, privilege, page);
    const stack = (segments.ss.selector & ~3) | privilege;
    load(engine, 'cs', segments.cs.selector, flatDescriptor(segments.cs.base ?? 0, CODE, privilege), page);
    load(engine, 'ss', stack, flatDescriptor(segments.ss.base ?? 0, DATA, privilege), page);
    for (const name of ['ds', 'es', 'fs', 'gs'] as const) {
      load(engine, name, segments[name].selector, flatDescriptor(segments[name].base ?? 0, DATA, 3), page);
    }
    for (const table of ['gdtr', 'ldtr'] as const) engine.writeRegister(table, new Uint8Array(24));
  } finally {
    engine.unmap(page, PAGE_SIZE);
  }
}

function load(engine: RawEngine, name: SegmentRegister, selector: number, descriptor: Uint8Array, page: number): void {
  if ((selector & 0xfffc) === 0 && (name === 'cs' || name === 'ss')) return;
  engine.write(page, descriptor);
  engine.writeRegister((selector & 4) !== 0 ? 'ldtr' : 'gdtr', tableRegister(page - (selector & 0xfff8)));
  engine.writeRegister(name, selectorBytes(selector));
}

/** The engine takes its privilege level from no register that can be written, but a far return to an outer level sets it. */
function enterPrivilege(engine: RawEngine, privilege: number, page: number): void {
  const code = page + 0x100;
  const stack = page + 0x200;
  // The engine starts with a 16-bit stack.
  load(engine, 'ss', BOOT_STACK, flatDescriptor(0, DATA, 0), page + BOOT_STACK);
  engine.write(page + BOOT_CODE, flatDescriptor(0, CODE, privilege));
  engine.write(page + BOOT_STACK, flatDescriptor(0, DATA, privilege));
  engine.writeRegister('gdtr', tableRegister(page));
  engine.write(code, Uint8Array.of(0xcb));
  const frame = new DataView(new ArrayBuffer(16));
  [code, BOOT_CODE | privilege, stack, BOOT_STACK | privilege].forEach((word, i) => {
    frame.setUint32(4 * i, word, true);
  });
  engine.write(stack, new Uint8Array(frame.buffer));
  engine.writeRegisters(BOOT_REGISTERS, [stack]);
  engine.runOne(code, code + 1);
}

const BOOT_REGISTERS = ['esp'] as const;
