// The commands of the gdb remote serial protocol over a DebugTarget. Knows no socket: packets in, replies out. Read `answer` first.
// Debugging with GDB, "Packets" and "General Query Packets".

import { type U32, wrapU32 } from '../../machine/u32.ts';
import type { DebugTarget } from '../../session/debug-target.ts';
import { readBytes } from '../../session/machine-view.ts';
import type { StopReason } from '../../session/stop-reason.ts';
import type { Direction, RunMode } from '../../session/timeline.ts';
import type { Watched } from '../../session/watch.ts';
import type { Annotations } from '../annotations.ts';
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
const ERROR = { malformed: 'E01', noMemory: 'E0e', notPossible: 'E16' } as const;

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
        return this.#run('continue', 'forward');
      case 's':
      case 'S':
        return this.#run('step', 'forward');
      case 'b':
        return this.#backward(rest);
      case 'v':
        return this.#verbose(packet);
      case 'Z':
        return this.#one(this.#addBreakpoint(rest));
      case 'z':
        return this.#one(this.#removeBreakpoint(rest));
      case 'H':
      case 'T':
        return this.#one(OK);
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
        return this.#one(argument === '0' ? OK : ERROR.notPossible);
      case 'qXfer':
        return this.#one(describe(argument));
      case 'qC':
        return this.#one('QC1');
      case 'qfThreadInfo':
        return this.#one('m1');
      case 'qsThreadInfo':
        return this.#one('l');
      case 'qThreadExtraInfo': {
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
        return this.#one(lines.length === 0 ? OK : hexText(`${lines.join('\n')}\n`));
      }
      default:
        return this.#one(NOT_UNDERSTOOD);
    }
  }

  #verbose(packet: string): Reply {
    if (packet === 'vCont?') return this.#one('vCont;c;C;s;S');
    if (packet.startsWith('vKill')) return { packets: [OK], after: 'end' };
    const action = /^vCont;([csCS])/.exec(packet)?.[1]?.toLowerCase();
    if (action === undefined) return this.#one(packet.startsWith('vCont;') ? ERROR.malformed : NOT_UNDERSTOOD);
    return this.#run(action === 's' ? 'step' : 'continue', 'forward');
  }

  #backward(what: string): Reply {
    if (what === 's') return this.#run('step', 'backward');
    return what === 'c' ? this.#run('continue', 'backward') : this.#one(NOT_UNDERSTOOD);
  }

  #run(mode: RunMode, direction: Direction): Reply {
    const stop = this.#target.run(mode, direction);
    const told = NEEDS_WORDS.has(stop.kind) ? stopLines(stop, this.#target, this.#annotations) : [];
    const console = told.length > 0 ? [`O${hexText(`${told.join('\n')}\n`)}`] : [];
    return { packets: [...console, this.#stopReply(stop)] };
  }

  #stopReply(stop: StopReason): string {
    const eip = registerHex(EIP_NUMBER, this.#target.view, 'assumed-too');
    const expedited = `${hexByte(EIP_NUMBER)}:${eip};`;
    return stopReply(stop, { expedited, namesBreakpoints: this.#namesBreakpoints });
  }

  /** `?` tells the signal of the fault as long as one stands behind it. */
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
    const wanted = splitRegisters(digits).map(({ register, hex }) => ({
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

  #removeBreakpoint(text: string): string {
    const id = this.#breakpoints.get(text);
    if (id !== undefined) this.#target.breakpoints.remove(id);
    this.#breakpoints.delete(text);
    return OK;
  }
}

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

/** `features:read:target.xml:0,fff`: `l` before the last piece, `m` before the others. */
function describe(argument: string): string {
  const match = /^features:read:([^:]*):([0-9a-f]+),([0-9a-f]+)$/i.exec(argument);
  if (match === null) return NOT_UNDERSTOOD;
  if (match[1] !== 'target.xml') return 'E00';
  const offset = Number.parseInt(match[2] as string, 16);
  const length = Math.min(Number.parseInt(match[3] as string, 16), LARGEST_PACKET - 8);
  const piece = TARGET_DESCRIPTION.slice(offset, offset + length);
  return `${offset + length >= TARGET_DESCRIPTION.length ? 'l' : 'm'}${piece}`;
}

function rangeOf(text: string): { readonly address?: U32; readonly size?: number } {
  const [first = '', second = ''] = text.split(',');
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
