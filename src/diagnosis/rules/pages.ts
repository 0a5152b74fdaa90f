// Rules about the page that was touched, and about the page tables that the kernel printed.

import { PAGE_SIZE, pageOf, type U32 } from '../../machine/u32.ts';
import { zoneOf } from '../../machine/zones.ts';
import { addressGround, type Crash, certain, printedRegisters, registerGround } from '../crash.ts';
import type { Diagnosis, Ground } from '../diagnosis.ts';
import type { Rule } from './rule.ts';

export const pageRule: Rule = (crash) => [...access(crash), ...overrun(crash), ...tables(crash), ...beyondRam(crash)];

const access: Rule = (crash) => {
  const { fault, snapshot, layout, isKernel } = crash;
  if (fault === undefined) return [];
  const { errorCode } = snapshot.trap;
  const codeGround: readonly Ground[] = errorCode
    ? [{ kind: 'log', what: 'error-code', evidence: errorCode.evidence }]
    : [];
  const grounds = [...addressGround(crash), ...codeGround];
  if (fault.reservedBit || !fault.present || fault.access === 'execute') return [];
  const isUserHalf = fault.address < layout.pageOffset;
  if (isKernel && isUserHalf && fault.mode === 'kernel')
    return [{ kind: 'user-page-touched', access: fault.access, strength: 'proves', grounds }];
  if (fault.access === 'write' && (isKernel ? !isUserHalf : isOwn(crash)))
    return [{ kind: 'write-to-read-only', strength: 'proves', grounds }];
  return [];
};

/** A page of the program itself and no small number: all there are under a 64-bit kernel, those below the split under a 32-bit one. */
function isOwn({ fault, snapshot, layout }: Crash): boolean {
  const esp = snapshot.registers.esp?.value;
  if (fault === undefined || fault.address < PAGE_SIZE) return false;
  return fault.address < layout.pageOffset || (esp !== undefined && esp >= layout.pageOffset);
}

/** The printed entry is present, so the page was there: its table was only not copied yet. */
function isFilledSince({ snapshot, fault }: Crash): boolean {
  const { pte } = snapshot.pageTable;
  return pte !== undefined && fault?.present === false && (entryOf(pte.value) & 1n) === 1n;
}

/** An access, a repeated instruction or a loop that ran over the end of what is mapped. */
const overrun: Rule = (crash) => {
  const { fault, replay, isKernel, layout } = crash;
  if (fault === undefined || replay.verdict !== 'reproduced' || replay.fault?.kind !== 'page-fault') return [];
  if (fault.present || fault.address < PAGE_SIZE) return [];
  const { access: touched } = replay.fault;
  const grounds: readonly Ground[] = [{ kind: 'replay' }, ...addressGround(crash)];
  if (isKernel && (zoneOf(fault.address, layout) === 'user' || zoneOf(fault.address, layout) === 'error-pointer'))
    return [];
  if (isFilledSince(crash)) return [];
  if (pageOf(touched.linearAddress) !== pageOf(fault.address))
    return [{ kind: 'page-overrun', how: 'crossing', strength: 'proves', grounds }];
  return [...stringOverrun(crash, grounds), ...loopOverrun(crash, grounds)];
};

/** A repeated instruction on its first element shows an area that is not there; on a later one, an area that ended. */
const stringOverrun = (crash: Crash, grounds: readonly Ground[]): readonly Diagnosis[] => {
  const { replay, snapshot, operand, fault } = crash;
  if (replay.instruction === undefined || replay.instruction.prefixes.rep === 'none' || fault === undefined) return [];
  const register = operand?.base?.register;
  if (register !== 'esi' && register !== 'edi') return [];
  const value = operand?.base?.value;
  const copy = printedRegisters(snapshot).find((one) => one.register !== register && one.value === value);
  const start = copy?.register === 'esp' ? undefined : copy;
  const isDone = roundsDone(crash) ?? (start ? false : undefined);
  if (isDone === undefined) {
    const isEdge = fault.address % PAGE_SIZE < 4;
    return isEdge ? [{ kind: 'page-overrun', how: 'string', register, strength: 'hint', grounds }] : [];
  }
  if (isDone) return [{ kind: 'page-overrun', how: 'string', register, strength: 'suggests', grounds }];
  const more = start ? [registerGround(start.register, start.value)] : [];
  return [{ kind: 'area-not-mapped', register, strength: 'suggests', grounds: [...more, ...grounds] }];
};

/** Whether the repeated instruction did rounds before the one that faulted: by the lead-up, or by a register that moved since. */
function roundsDone({ leadUp, snapshot, replay }: Crash): boolean | undefined {
  const rounds = certain(leadUp?.faultingRounds);
  if (rounds !== undefined) return rounds > 0;
  const last = leadUp?.steps.at(-1);
  if (last === undefined || last.path === 'assumed') return undefined;
  for (const register of ['ecx', 'edi', 'esi'] as const) {
    const isMoved = replay.instruction?.registers.some(({ name, access: use }) => name === register && use !== 'read');
    if (!isMoved) continue;
    const isChanged = last.instruction.registers.some(({ name, access: use }) => name === register && use !== 'read');
    const before = isChanged ? undefined : certain(last.before[register]);
    const after = snapshot.registers[register]?.value;
    if (before !== undefined && after !== undefined) return before !== after;
  }
  return undefined;
}

/** How near to its page's edge a walk has just come in: a few elements. */
const NEAR_EDGE = 64;

/** The pointer is still in the page before, or a loop around EIP has just moved it on. */
const loopOverrun = (crash: Crash, grounds: readonly Ground[]): readonly Diagnosis[] => {
  const { leadUp, replay, fault, base, index, operand } = crash;
  if (fault === undefined || replay.instruction === undefined || replay.instruction.prefixes.rep !== 'none') return [];
  const about = { kind: 'page-overrun', how: 'loop', strength: 'suggests' } as const;
  const inPage = fault.address % PAGE_SIZE;
  const isNear = inPage < NEAR_EDGE || inPage >= PAGE_SIZE - NEAR_EDGE;
  if (
    base !== undefined &&
    index === undefined &&
    isNear &&
    pageOf(base.value) === fault.address - inPage - PAGE_SIZE
  ) {
    const { register, value } = base;
    const isMember = (operand?.displacement ?? 0) < NEAR_EDGE;
    if (isMember) return [{ ...about, register, grounds: [registerGround(register, value), ...grounds] }];
  }
  if (leadUp === undefined || !isInLoop(crash)) return [];
  for (const pointer of [base, index]) {
    const link = pointer && leadUp.origin.find(({ register }) => register === pointer.register)?.links.find(isAdvance);
    if (pointer === undefined || link === undefined || !(isNear || wasElsewhere(crash, pointer.register))) continue;
    const { register, value } = pointer;
    return [
      { ...about, register, grounds: [registerGround(register, value), { kind: 'step', step: link.step }, ...grounds] },
    ];
  }
  return [];

  function isAdvance({ step, kind }: { readonly step: number; readonly kind: string }): boolean {
    const instruction = leadUp?.steps[step]?.instruction;
    if (instruction === undefined || (kind !== 'arithmetic' && kind !== 'other')) return false;
    const { mnemonic, memory } = instruction;
    if (mnemonic === 'lea') return memory[0]?.index === undefined;
    return ['inc', 'dec', 'add', 'sub', 'lods', 'stos', 'movs', 'scas', 'cmps'].includes(mnemonic);
  }
};

/** The same instruction touched another page in an earlier round that the lead-up shows. */
function wasElsewhere({ leadUp, fault, replay }: Crash, register: string): boolean {
  const eip = replay.instruction?.address;
  return (leadUp?.steps ?? []).some(({ address, accesses, instruction }) => {
    if (address !== eip || !instruction.memory.some(({ base, index }) => base === register || index === register))
      return false;
    return accesses.some((one) => {
      const at = certain(one.address);
      return at !== undefined && fault !== undefined && pageOf(at) !== pageOf(fault.address);
    });
  });
}

/** The lead-up has run through EIP before, or a jump of the window goes back over it. */
function isInLoop({ leadUp, replay }: Crash): boolean {
  const eip = replay.instruction?.address;
  if (eip === undefined || replay.window === undefined) return false;
  if (leadUp?.steps.some(({ address }) => address === eip)) return true;
  return replay.window.after.some(
    ({ flow, target }) => (flow === 'conditional-branch' || flow === 'jump') && target !== undefined && target <= eip,
  );
}

const FRAME_BITS = 12;

const tables: Rule = (crash) => {
  const { snapshot, fault, layout } = crash;
  const { pdpt, pde, pte } = snapshot.pageTable;
  const found: Diagnosis[] = [];
  if (fault?.reservedBit === true) {
    const evidence = snapshot.trap.errorCode?.evidence;
    const grounds: Ground[] = evidence ? [{ kind: 'log', what: 'error-code', evidence }] : [];
    for (const [entry, fact] of Object.entries({ pde, pte }))
      if (fact) grounds.push({ kind: 'page-table', entry: entry as 'pde', value: fact.value });
    const bits = reservedBits((pte ?? pde)?.value ?? '');
    found.push({ kind: 'page-table-damaged', bits, strength: 'proves', grounds });
  }
  if (pdpt !== undefined && (entryOf(pdpt.value) & 1n) === 0n && pde !== undefined && entryOf(pde.value) !== 0n) {
    const grounds: Ground[] = [{ kind: 'page-table', entry: 'pdpt', value: pdpt.value }];
    return [...found, { kind: 'walk-useless', strength: 'proves', grounds }];
  }
  if (fault === undefined || fault.present || pte === undefined) return found;
  const entry = entryOf(pte.value);
  const grounds: Ground[] = [{ kind: 'page-table', entry: 'pte', value: pte.value }, ...addressGround(crash)];
  if ((entry & 1n) === 1n && zoneOf(fault.address, layout) === 'vmalloc')
    found.push({ kind: 'late-vmalloc-sync', strength: 'suggests', grounds });
  const isDirect = fault.address >= layout.pageOffset;
  if (isDirect && entry !== 0n && (entry & 1n) === 0n) {
    const frame = BigInt((fault.address - layout.pageOffset) >>> FRAME_BITS);
    if ((entry & 0xf_ffff_ffff_ffffn) >> BigInt(FRAME_BITS) === frame)
      found.push({ kind: 'page-unmapped-on-purpose', strength: 'proves', grounds });
  }
  return found;
};

/** Where an access landed, and seldom why: an index or a walk mostly brought it there. */
const beyondRam: Rule = ({ snapshot, fault, layout, base, isKernel }) => {
  const { pde } = snapshot.pageTable;
  if (!isKernel || fault === undefined || fault.present || fault.access === 'execute') return [];
  if (pde === undefined || entryOf(pde.value) !== 0n) return [];
  const { address } = fault;
  const { pageOffset, lowmemEnd, lowmemSeen } = layout;
  const isDirect = address >= pageOffset && address < lowmemEnd && (base === undefined || base.value >= pageOffset);
  const highest = highestBelow(snapshot, lowmemEnd, lowmemSeen);
  if (!isDirect || lowmemSeen === 0 || address <= highest) return [];
  const grounds: Ground[] = [
    { kind: 'page-table', entry: 'pde', value: pde.value },
    ...(snapshot.trap.faultAddress
      ? [{ kind: 'log', what: 'fault-address', evidence: snapshot.trap.faultAddress.evidence } as const]
      : []),
  ];
  return [{ kind: 'beyond-ram', address, seen: highest, strength: 'hint', grounds }];
};

/** The highest stack pointer, task or stack word that lies in lowmem. */
function highestBelow(snapshot: Crash['snapshot'], end: U32, from: U32): U32 {
  const { task, registers } = snapshot;
  return [task.task?.value, task.threadInfo?.value, registers.esp?.value].reduce<U32>(
    (high, value) => (value !== undefined && value < end && value > high ? value : high),
    from,
  );
}

function entryOf(digits: string): bigint {
  return /^[0-9a-f]{1,16}$/i.test(digits) ? BigInt(`0x${digits}`) : 0n;
}

/**
 * Bits that are set and that may be reserved: of the address those above 4 GiB, depending on how many the processor has, and 63 without
 * no-execute pages. Intel SDM vol. 3A, "PAE Paging".
 */
function reservedBits(digits: string): readonly number[] {
  const entry = entryOf(digits);
  return Array.from({ length: 32 }, (_, i) => i + 32).filter((bit) => (entry >> BigInt(bit)) & 1n);
}
