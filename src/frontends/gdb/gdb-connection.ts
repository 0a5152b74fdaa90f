// One client: bytes in, bytes out, acknowledgements and resending in between.

import type { GdbStub } from './gdb-stub.ts';
import { framePacket, PacketReader, type Received } from './packets.ts';

export interface ConnectionOutput {
  write(bytes: Buffer): void;
  end(): void;
}

export class GdbConnection {
  readonly #stub: GdbStub;
  readonly #output: ConnectionOutput;
  readonly #reader = new PacketReader();
  #acknowledges = true;
  #lastSent: Buffer | undefined;
  #ended = false;

  constructor(stub: GdbStub, output: ConnectionOutput) {
    this.#stub = stub;
    this.#output = output;
  }

  receive(bytes: Uint8Array): void {
    for (const received of this.#reader.feed(bytes)) {
      if (this.#ended) return;
      this.#take(received);
    }
  }

  /** The client is gone, whether it said so or not. */
  close(): void {
    this.#ended = true;
    this.#stub.detach();
  }

  #take(received: Received): void {
    switch (received.kind) {
      case 'packet':
        if (this.#acknowledges) this.#output.write(Buffer.from('+'));
        this.#answer(received.data);
        return;
      case 'damaged':
        if (this.#acknowledges) this.#output.write(Buffer.from('-'));
        return;
      case 'rejected':
        if (this.#acknowledges && this.#lastSent) this.#output.write(this.#lastSent);
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
      this.#output.write(this.#lastSent);
    }
    if (after === 'no-acknowledgements') this.#acknowledges = false;
    if (after === 'end') {
      this.#ended = true;
      this.#output.end();
    }
  }
}
