// One client: bytes in, bytes out, acknowledgements and resending in between.

import type { GdbStub } from './gdb-stub.ts';
import { beginsAsProtocol, framePacket, PacketReader, type Received } from './packets.ts';

export interface ConnectionOutput {
  /** False where the client has not read enough of what was written: `resume` is called once it has. */
  write(bytes: Uint8Array): boolean;
  end(): void;
}

/** What the first byte of a client says of it. */
export type FirstByte = 'none-yet' | 'protocol' | 'foreign';

export class GdbConnection {
  readonly #stub: GdbStub;
  readonly #output: ConnectionOutput;
  readonly #reader = new PacketReader();
  /** Bytes that wait for the client to read what it was sent; the first has been taken up to `#taken`. */
  readonly #pending: Uint8Array[] = [];
  #taken = 0;
  #firstByte: FirstByte = 'none-yet';
  #isBlocked = false;
  #acknowledges = true;
  #lastSent: Uint8Array | undefined;
  #ended = false;

  constructor(stub: GdbStub, output: ConnectionOutput) {
    this.#stub = stub;
    this.#output = output;
  }

  get firstByte(): FirstByte {
    return this.#firstByte;
  }

  /** True while no more should be received: the client does not read. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** A client that does not begin like the protocol is not answered, whatever follows: a browser can be made to post a packet. */
  receive(bytes: Uint8Array): void {
    if (this.#firstByte === 'none-yet' && bytes.length > 0) {
      this.#firstByte = beginsAsProtocol(bytes[0] as number) ? 'protocol' : 'foreign';
    }
    if (this.#firstByte !== 'protocol') return;
    this.#pending.push(bytes);
    this.#work();
  }

  /** The client has read what it was sent. */
  resume(): void {
    this.#isBlocked = false;
    this.#work();
  }

  /** The client is gone, whether it said so or not. */
  close(): void {
    this.#ended = true;
    this.#stub.detach();
  }

  #work(): void {
    for (let bytes = this.#pending[0]; bytes !== undefined; bytes = this.#pending[0]) {
      while (this.#taken < bytes.length) {
        if (this.#ended || this.#isBlocked) return;
        const received = this.#reader.take(bytes[this.#taken++] as number);
        if (received !== undefined) this.#take(received);
      }
      this.#pending.shift();
      this.#taken = 0;
    }
  }

  #send(bytes: Uint8Array): void {
    if (!this.#output.write(bytes)) this.#isBlocked = true;
  }

  #take(received: Received): void {
    switch (received.kind) {
      case 'packet':
        if (this.#acknowledges) this.#send(ACKNOWLEDGED);
        this.#answer(received.data);
        return;
      case 'damaged':
        if (this.#acknowledges) this.#send(REJECTED);
        return;
      case 'rejected':
        if (this.#acknowledges && this.#lastSent) this.#send(this.#lastSent);
        return;
      case 'acknowledged':
      case 'interrupt':
        // Every run has ended by the time that its packet is answered.
        return;
    }
  }

  #answer(packet: string): void {
    const { packets, after } = this.#stub.answer(packet);
    for (const data of packets) {
      this.#lastSent = framePacket(data);
      this.#send(this.#lastSent);
    }
    if (after === 'no-acknowledgements') this.#acknowledges = false;
    if (after === 'end') {
      this.#ended = true;
      this.#output.end();
    }
  }
}

const ACKNOWLEDGED = Uint8Array.of(0x2b);
const REJECTED = Uint8Array.of(0x2d);
