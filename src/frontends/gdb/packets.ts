// Framing of the gdb remote serial protocol: `$data#checksum`, acknowledgements, the interrupt byte. Debugging with GDB, "Remote Protocol,
// Overview". Bytes may arrive in any pieces; what is no packet is skipped.

const DOLLAR = 0x24;
const HASH = 0x23;
const ESCAPE = 0x7d;
/** Begins a run length in replies. */
const REPEAT = 0x2a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const INTERRUPT = 0x03;

/** What `qSupported` announces, and the most that is kept of a packet that never ends. */
export const LARGEST_PACKET = 0x4000;

export type Received =
  /** Data with escapes undone, one character for each byte. */
  | { readonly kind: 'packet'; readonly data: string }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'acknowledged' | 'rejected' | 'interrupt' };

/** `+`, `-`, `$` and the interrupt byte: nothing else can come first. */
export function beginsAsProtocol(byte: number): boolean {
  return byte === PLUS || byte === MINUS || byte === DOLLAR || byte === INTERRUPT;
}

export class PacketReader {
  #state: 'idle' | 'data' | 'first-digit' | 'second-digit' = 'idle';
  #data: number[] = [];
  #digit = 0;

  /** What this byte completes. */
  take(byte: number): Received | undefined {
    switch (this.#state) {
      case 'idle':
        return this.#outside(byte);
      case 'data':
        // A new packet begins: the old one was cut off.
        if (byte === DOLLAR) this.#data = [];
        else if (byte === HASH) this.#state = 'first-digit';
        else if (this.#data.length >= LARGEST_PACKET) this.#state = 'idle';
        else this.#data.push(byte);
        return undefined;
      case 'first-digit':
        this.#digit = byte;
        this.#state = 'second-digit';
        return undefined;
      case 'second-digit':
        this.#state = 'idle';
        return this.#finish(String.fromCharCode(this.#digit, byte));
    }
  }

  #outside(byte: number): Received | undefined {
    if (byte === PLUS) return { kind: 'acknowledged' };
    if (byte === MINUS) return { kind: 'rejected' };
    if (byte === INTERRUPT) return { kind: 'interrupt' };
    if (byte === DOLLAR) {
      this.#data = [];
      this.#state = 'data';
    }
    return undefined;
  }

  #finish(digits: string): Received {
    const sum = this.#data.reduce((total, byte) => (total + byte) & 0xff, 0);
    const isRight = /^[0-9a-f]{2}$/i.test(digits) && Number.parseInt(digits, 16) === sum;
    return isRight ? { kind: 'packet', data: unescapeData(this.#data) } : { kind: 'damaged' };
  }
}

function unescapeData(bytes: readonly number[]): string {
  const characters: string[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    characters.push(String.fromCharCode(byte === ESCAPE ? (bytes[++i] ?? 0) ^ 0x20 : byte));
  }
  return characters.join('');
}

/** `data` has one character for each byte. */
export function framePacket(data: string): Buffer {
  // Each byte may need an escape; around them `$`, `#` and two digits.
  const packet = Buffer.allocUnsafe(2 * data.length + 4);
  let end = 0;
  let sum = 0;
  const put = (byte: number): void => {
    packet[end++] = byte;
    sum = (sum + byte) & 0xff;
  };
  packet[end++] = DOLLAR;
  for (let i = 0; i < data.length; i++) {
    const byte = data.charCodeAt(i) & 0xff;
    const isSpecial = byte === DOLLAR || byte === HASH || byte === ESCAPE || byte === REPEAT;
    if (isSpecial) put(ESCAPE);
    put(isSpecial ? byte ^ 0x20 : byte);
  }
  packet[end++] = HASH;
  end += packet.write(sum.toString(16).padStart(2, '0'), end, 'latin1');
  return packet.subarray(0, end);
}
