// The commands of the gdb remote serial protocol over a DebugTarget. Knows no socket: packets in, replies out. Read `answer` first.
// Debugging with GDB, "Packets" and "General Query Packets".

import { type U32, wrapU32 } from '../../machine/u32.ts';
import type { DebugTarget } from '../../session/debug-target.ts';
import { readBytes } from '../../session/machine-view.ts';
import type { StopReason } from '../../session/stop-reason.ts';
import type { Direction, RunMode } from '../../session/timeline.ts';
import type { Watched } from '../../session/watch.ts';
import type { Annotations } from '../annotations.ts';
import { outletText } from '../painted-text.ts';
import { stopLines } from '../wording/stop.ts';
import { bytesOfHex, hexByte, hexText, numberOfHex, textOfHex } from './hex.ts';
import { monitor } from './monitor.ts';
import { LARGEST_PACKET } from './packets.ts';
import {
  allRegistersHex,
  EIP_NUMBER,
  registerHex,
  settableRegister,
  splitRegisters,
  TARGET_DESCRIPTION,
  type Trust,
} from './registers.ts';
import { signalOf, stopReply } from './stop-reply.ts';

/** What to send, in order, and what to do after it. */
export interface Reply {
  /** Console text that gdb shows, then the reply itself; '' says that the packet is not understood. */
  readonly packets: readonly string[];
  readonly after?: 'no-acknowledgements' | 'end';
}

const OK = 'OK';
const NOT_UNDERSTOOD = '';
/** `E NN`, where the number has no meaning to gdb (Debugging with GDB, "Standard Replies"); where one fits, that of errno is used. */
const ERROR = { badXfer: 'E00', malformed: 'E01', noThread: 'E03', noMemory: 'E0e', notPossible: 'E16' } as const;

export class GdbStub {
  readonly #target: DebugTarget;
  readonly #annotations: Annotations;
  /** Breakpoints of this client, by what was asked: `Z0,f88a5acc,1`. */
  readonly #breakpoints = new Map<string, number>();
  #namesBreakpoints = false;

  constructor(target: DebugTarget, annotations: Annotations) {
    this.#target = target;
    this.#annotations = annotations;
  }

  answer(packet: string): Reply {
    const [first = ''] = packet;
    const rest = packet.slice(1);
    switch (first) {
      case '?':
        return this.#one(this.#currentStop());
      case 'g':
        return this.#one(allRegistersHex(this.#target.view, this.#trust));
      case 'G':
        return this.#one(this.#setAll(rest));
      case 'p':
        return this.#one(this.#readRegister(rest));
      case 'P':
        return this.#one(this.#setRegister(rest));
      case 'm':
        return this.#one(this.#readMemory(rest));
      case 'M':
        return this.#one(this.#writeMemory(rest, bytesOfHex));
      case 'X':
        return this.#one(this.#writeMemory(rest, binaryBytes));
      case 'c':
      case 'C':
      case 's':
      case 'S':
        return this.#resume(packet);
      case 'b':
        return this.#backward(rest);
      case 'v':
        return this.#verbose(packet);
      case 'Z':
        return this.#one(this.#addBreakpoint(rest));
      case 'z':
        return this.#one(this.#removeBreakpoint(rest));
      case 'H':
        return this.#one(this.#chooseThread(rest));
      case 'T':
        return this.#one(threadOf(rest) === 'this' ? OK : threadError(rest));
      case 'D':
        return { packets: [OK], after: 'end' };
      case 'k':
        return { packets: [], after: 'end' };
      case 'q':
      case 'Q':
        return this.#query(packet);
      default:
        return this.#one(NOT_UNDERSTOOD);
    }
  }

  /** Takes back what this client set. */
  detach(): void {
    for (const id of this.#breakpoints.values()) this.#target.breakpoints.remove(id);
    this.#breakpoints.clear();
    this.#target.diversions?.drop();
  }

  /** A diversion is hypothetical as a whole; on the timeline a witness would look like a fact. */
  get #trust(): Trust {
    return this.#target.place.line === 'diversion' ? 'assumed-too' : 'certain';
  }

  #one(packet: string): Reply {
    return { packets: [packet] };
  }

  #query(packet: string): Reply {
    const [name = '', ...rest] = packet.split(/[:,;]/);
    const argument = packet.slice(name.length + 1);
    switch (name) {
      case 'qSupported':
        this.#namesBreakpoints = rest.includes('swbreak+');
        return this.#one(
          `PacketSize=${LARGEST_PACKET.toString(16)};qXfer:features:read+;QStartNoAckMode+;ReverseStep+;ReverseContinue+;vContSupported+;swbreak+`,
        );
      case 'QStartNoAckMode':
        return { packets: [OK], after: 'no-acknowledgements' };
      case 'QNonStop':
        // Everything here stops at once, and nothing runs in the background.
        return this.#one(argument === '0' ? OK : argument === '1' ? ERROR.notPossible : ERROR.malformed);
      case 'qXfer':
        return this.#one(describe(argument));
      case 'qC':
        return this.#one('QC1');
      case 'qfThreadInfo':
        return this.#one('m1');
      case 'qsThreadInfo':
        return this.#one('l');
      case 'qThreadExtraInfo': {
        if (threadOf(argument) !== 'this') return this.#one(threadError(argument));
        const { line, position, last } = this.#target.place;
        return this.#one(hexText(`${line}, position ${position} of ${last}`));
      }
      case 'qAttached':
        return this.#one('1');
      case 'qSymbol':
        return this.#one(OK);
      case 'qRcmd': {
        const command = textOfHex(argument);
        if (command === undefined) return this.#one(ERROR.malformed);
        const lines = monitor(command, this.#target, this.#annotations);
        return { packets: consolePackets(outletText(lines)) };
      }
      default:
        return this.#one(NOT_UNDERSTOOD);
    }
  }

  #verbose(packet: string): Reply {
    if (packet === 'vCont?') return this.#one('vCont;c;C;s;S');
    if (packet.startsWith('vKill')) return { packets: [OK], after: 'end' };
    if (!packet.startsWith('vCont;')) return this.#one(NOT_UNDERSTOOD);
    const actions = packet.slice('vCont;'.length).split(';').map(actionOf);
    const [first] = actions;
    if (first === undefined || actions.includes(undefined)) return this.#one(ERROR.malformed);
    // The leftmost action that is for the one thread there is.
    const action = actions.find((one) => one !== undefined && threadOf(one.thread) !== 'none');
    return action === undefined ? this.#one(threadError(first.thread)) : this.#run(action.mode, 'forward');
  }

  /** An address to go on at (`c1000`, `C05;1000`) is refused, as nothing says what would be executed there. */
  #resume(packet: string): Reply {
    const [all, address] = /^(?:[cs]|[CS][0-9a-fA-F]{2}(?:;|$))([0-9a-fA-F]{1,8})?$/.exec(packet) ?? [];
    if (all === undefined) return this.#one(ERROR.malformed);
    if (address !== undefined) return this.#one(ERROR.notPossible);
    return this.#run(modeOf(packet), 'forward');
  }

  /** `g` and `c` are the operations that follow; all, any and 1 are the one thread there is. */
  #chooseThread(text: string): string {
    if (!/^[gcs]./.test(text)) return ERROR.malformed;
    return threadOf(text.slice(1)) === 'none' ? threadError(text.slice(1)) : OK;
  }

  #backward(what: string): Reply {
    if (what === 's') return this.#run('step', 'backward');
    return what === 'c' ? this.#run('continue', 'backward') : this.#one(NOT_UNDERSTOOD);
  }

  #run(mode: RunMode, direction: Direction): Reply {
    const stop = this.#target.run(mode, direction);
    const told = NEEDS_WORDS.has(stop.kind) ? stopLines(stop, this.#target, this.#annotations) : [];
    const console = told.length > 0 ? [`O${hexText(outletText(told))}`] : [];
    return { packets: [...console, this.#stopReply(stop)] };
  }

  #stopReply(stop: StopReason): string {
    const eip = registerHex(EIP_NUMBER, this.#target.view, 'assumed-too');
    const expedited = `${hexByte(EIP_NUMBER)}:${eip};`;
    return stopReply(stop, { expedited, namesBreakpoints: this.#namesBreakpoints });
  }

  /** `?` tells the signal of the fault as long as one stands after it. */
  #currentStop(): string {
    const { place, fault } = this.#target;
    return place.isFaulted && fault !== undefined && signalOf(fault) !== 5
      ? this.#stopReply({ kind: 'fault', fault })
      : this.#stopReply({ kind: 'seek' });
  }

  #readRegister(digits: string): string {
    const number = numberOfHex(digits);
    if (number === undefined) return ERROR.malformed;
    return registerHex(number, this.#target.view, this.#trust) ?? ERROR.malformed;
  }

  #setRegister(assignment: string): string {
    const [digits = '', hex = ''] = assignment.split('=');
    const number = numberOfHex(digits);
    const value = littleEndianValue(hex);
    if (number === undefined || value === undefined) return ERROR.malformed;
    const register = settableRegister(number);
    if (register === undefined || this.#target.diversions === undefined) return ERROR.notPossible;
    this.#target.diversions.edit({ kind: 'register', register, value });
    return OK;
  }

  /** Only registers that change are set, so that reading and writing back begins no diversion. */
  #setAll(digits: string): string {
    const { diversions } = this.#target;
    if (diversions === undefined) return ERROR.notPossible;
    const parts = splitRegisters(digits);
    if (parts === undefined) return ERROR.malformed;
    const wanted = parts.map(({ register, hex }) => ({
      register,
      value: littleEndianValue(hex),
      hex,
    }));
    if (wanted.some(({ value, hex }) => value === undefined && !/^x{8}$/.test(hex))) return ERROR.malformed;
    const now = this.#target.view.registers();
    for (const { register, value } of wanted) {
      if (value !== undefined && value !== now[register].value) diversions.edit({ kind: 'register', register, value });
    }
    return OK;
  }

  /** As many bytes as are known from the address on; an error where not even the first is. */
  #readMemory(range: string): string {
    const { address, size } = rangeOf(range);
    if (address === undefined || size === undefined) return ERROR.malformed;
    if (size === 0) return '';
    const trust = this.#trust;
    const known: string[] = [];
    for (const byte of readBytes(this.#target.view, address, Math.min(size, LARGEST_PACKET / 2))) {
      if (byte === undefined || (byte.provenance === 'assumed' && trust === 'certain')) break;
      known.push(hexByte(byte.value));
    }
    return known.length === 0 ? ERROR.noMemory : known.join('');
  }

  #writeMemory(text: string, decode: (data: string) => Uint8Array | undefined): string {
    const colon = text.indexOf(':');
    const { address, size } = rangeOf(text.slice(0, Math.max(0, colon)));
    const bytes = decode(text.slice(colon + 1));
    if (colon < 0 || address === undefined || bytes === undefined || bytes.length !== size) return ERROR.malformed;
    if (this.#target.diversions === undefined) return ERROR.notPossible;
    if (size > 0) this.#target.diversions.edit({ kind: 'memory', address, bytes });
    return OK;
  }

  #addBreakpoint(text: string): string {
    if (this.#breakpoints.has(text)) return OK;
    const { type, address, size } = breakpointOf(text);
    if (type === undefined || address === undefined || size === undefined) return ERROR.malformed;
    if (type <= WATCHES_ACCESS && this.#breakpoints.size >= MOST_BREAKPOINTS) return ERROR.notPossible;
    const { breakpoints } = this.#target;
    if (type === 0 || type === 1) {
      this.#breakpoints.set(text, breakpoints.add({ kind: 'breakpoint', address }).id);
      return OK;
    }
    const access = WATCH_ACCESS[type];
    if (access === undefined) return NOT_UNDERSTOOD;
    if (size !== 1 && size !== 2 && size !== 4) return ERROR.notPossible;
    const watched: Watched = { kind: 'memory', address, size, access };
    this.#breakpoints.set(text, breakpoints.add({ kind: 'watchpoint', watched }).id);
    return OK;
  }

  /** One that is not there is removed already. */
  #removeBreakpoint(text: string): string {
    const { type, address, size } = breakpointOf(text);
    if (type === undefined || address === undefined || size === undefined) return ERROR.malformed;
    if (type > WATCHES_ACCESS) return NOT_UNDERSTOOD;
    const id = this.#breakpoints.get(text);
    if (id !== undefined) this.#target.breakpoints.remove(id);
    this.#breakpoints.delete(text);
    return OK;
  }
}

/** The last type of `Z` that there is here: a watchpoint for reads and writes. */
const WATCHES_ACCESS = 4;
/** More than a person sets; each is looked at after every step. */
const MOST_BREAKPOINTS = 1024;

const WATCH_ACCESS: Readonly<Record<number, 'write' | 'read' | 'access'>> = { 2: 'write', 3: 'read', 4: 'access' };

/** Stops that a signal number alone does not explain. */
const NEEDS_WORDS: ReadonlySet<StopReason['kind']> = new Set([
  'timeline-begin',
  'timeline-end',
  'fault',
  'diversion-begin',
  'needs-memory',
  'needs-register',
  'needs-segment-base',
  'cannot-run',
  'step-limit',
]);

/**
 * `features:read:target.xml:0,fff`: `l` before the last piece, `m` before the others. Debugging with GDB, "General Query Packets", qXfer:
 * an error for a request that is malformed and for an offset outside; the empty reply for an object that there is none of.
 */
function describe(argument: string): string {
  const [object, operation, annex, range, ...more] = argument.split(':');
  if (object !== 'features' || operation !== 'read') return NOT_UNDERSTOOD;
  const { address: offset, size } = rangeOf(range ?? '');
  if (annex !== 'target.xml' || more.length > 0 || offset === undefined || size === undefined || size === 0) {
    return ERROR.badXfer;
  }
  if (offset > TARGET_DESCRIPTION.length) return ERROR.notPossible;
  const end = offset + Math.min(size, LARGEST_PACKET - 8);
  return `${end >= TARGET_DESCRIPTION.length ? 'l' : 'm'}${TARGET_DESCRIPTION.slice(offset, end)}`;
}

/** The answer to a command of the user: in one packet, or where that is too small for it in several, which `OK` ends. */
function consolePackets(text: string): readonly string[] {
  const hex = hexText(text);
  if (hex.length <= LARGEST_PACKET) return [hex === '' ? OK : hex];
  const pieces = hex.match(new RegExp(`.{1,${LARGEST_PACKET - 2}}`, 'g')) ?? [];
  return [...pieces.map((piece) => `O${piece}`), OK];
}

/** `c`, `s:1`, `C05:-1` of vCont. */
function actionOf(text: string): { readonly mode: RunMode; readonly thread: string } | undefined {
  const match = /^(?:[cs]|[CS][0-9a-fA-F]{2})(?::(.+))?$/.exec(text);
  return match === null ? undefined : { mode: modeOf(text), thread: match[1] ?? '-1' };
}

function modeOf(action: string): RunMode {
  return action.startsWith('s') || action.startsWith('S') ? 'step' : 'continue';
}

/** What a thread-id means where 1 is the only thread: 0 is any of them, -1 all of them. */
function threadOf(text: string): 'this' | 'any' | 'none' {
  if (text === '0' || text === '-1') return 'any';
  return numberOfHex(text) === 1 ? 'this' : 'none';
}

function threadError(text: string): string {
  return numberOfHex(text) === undefined && text !== '-1' ? ERROR.malformed : ERROR.noThread;
}

function rangeOf(text: string): { readonly address?: U32; readonly size?: number } {
  const [first = '', second = '', ...more] = text.split(',');
  if (more.length > 0) return {};
  const address = numberOfHex(first);
  const size = numberOfHex(second);
  return { ...(address !== undefined && { address }), ...(size !== undefined && { size }) };
}

function breakpointOf(text: string): { readonly type?: number; readonly address?: U32; readonly size?: number } {
  const [type = '', ...range] = (text.split(';')[0] as string).split(',');
  const number = numberOfHex(type);
  return { ...(number !== undefined && { type: number }), ...rangeOf(range.join(',')) };
}

function littleEndianValue(hex: string): U32 | undefined {
  const bytes = hex.length === 8 ? bytesOfHex(hex) : undefined;
  return bytes && wrapU32(bytes.reduceRight((value, byte) => value * 256 + byte, 0));
}

function binaryBytes(data: string): Uint8Array {
  return Uint8Array.from(data, (character) => character.charCodeAt(0));
}
