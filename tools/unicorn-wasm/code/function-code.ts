// The code of one WebAssembly function while it is being written: bytes, locals, and the blocks that are open.

import type { StoredType } from '../numbers/number-kinds.ts';
import type { Code } from './opcodes.ts';
import { OP } from './opcodes.ts';

/** What can be left through the end or the start of an open block. A `label` is that of the statement in the script. */
export interface Block {
  readonly breaks?: string | undefined;
  readonly continues?: string | undefined;
  /** Whether `break` and `continue` without a label mean it. */
  readonly isBreakable?: boolean;
  readonly isContinuable?: boolean;
}

export interface FunctionBody {
  /** Types of the locals that follow the parameters. */
  readonly locals: readonly StoredType[];
  readonly code: readonly number[];
}

export class FunctionCode {
  private readonly code: number[] = [];
  private readonly locals: StoredType[] = [];
  private readonly free: Record<StoredType, number[]> = { int: [], double: [] };
  /** The open blocks, outermost first. */
  private readonly blocks: Block[] = [];
  private readonly parameters: number;

  constructor(parameters: number) {
    this.parameters = parameters;
  }

  emit(...parts: readonly Code[]): void {
    for (const bytes of parts) for (const byte of bytes) this.code.push(byte);
  }

  /** The index of a new local. */
  newLocal(type: StoredType): number {
    this.locals.push(type);
    return this.parameters + this.locals.length - 1;
  }

  /** A local for `use` alone. */
  withTemporary(type: StoredType, use: (local: number) => void): void {
    const local = this.free[type].pop() ?? this.newLocal(type);
    use(local);
    this.free[type].push(local);
  }

  /** Opens a block with the instruction `bytes`. */
  enter(bytes: Code, block: Block = {}): void {
    this.emit(bytes);
    this.blocks.push(block);
  }

  leave(): void {
    this.emit(OP.end);
    this.blocks.pop();
  }

  /** The label of the innermost open block that is meant, counted from the innermost one; -1 if there is none. */
  depthOf(isMeant: (block: Block) => boolean): number {
    const at = this.blocks.findLastIndex(isMeant);
    return at < 0 ? -1 : this.blocks.length - 1 - at;
  }

  end(): FunctionBody {
    this.emit(OP.end);
    return { locals: this.locals, code: this.code };
  }
}
