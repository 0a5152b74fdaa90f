// The module that is being written: gives numbers to the functions, globals and types that its code refers to.

import type { FunctionBody } from '../code/function-code.ts';
import type { ResultType, StoredType } from '../numbers/number-kinds.ts';
import type { ValueTypes } from '../numbers/value-types.ts';
import type { AsmModule } from '../script/asm-module.ts';
import type { FunctionEntry, ImportedFunction } from '../script/names.ts';

/**
 * All imports, and all functions of the table, have so many parameters: JavaScript lets a function be called with more or fewer arguments
 * than it names, and the interpreter of Unicorn relies on it.
 */
export const TABLE_ARGUMENTS = 12;
/** The import that the places for callbacks call, with their number before the arguments. */
export const CALLBACK: ImportedFunction = { module: 'env', name: 'callback' };
/** The functions that divide as JavaScript does; they follow the imports. */
export const DIVISIONS = ['/ signed', '/ unsigned', '% signed', '% unsigned'] as const;
export type DivisionName = (typeof DIVISIONS)[number];
/** Scratch words, the first globals, through which doubles become ints and back. */
const SCRATCH = 3;

/** Clocks are not imported but give 0, as a replay may not depend on when it runs. */
export const isClock = ({ name }: ImportedFunction): boolean => name.endsWith('_now');

export interface Signature {
  readonly params: readonly StoredType[];
  readonly result: ResultType;
}

export interface Global {
  readonly name?: string;
  readonly type: StoredType;
  readonly value: number;
}

export class Program {
  readonly module: AsmModule;
  readonly types: ValueTypes;
  readonly signatures: Signature[] = [];
  /** Scratch words, the globals of the module, then the variables of functions in pieces. */
  readonly globals: Global[];
  readonly imports: readonly ImportedFunction[];
  /** Pieces of functions; they follow the functions of the module. */
  readonly pieces: FunctionBody[] = [];
  /** The type of imports, and of functions in the table that know no doubles. V8 compiles a wrapper for each type, so there are few. */
  readonly uniformType: number;

  constructor(module: AsmModule, types: ValueTypes) {
    this.module = module;
    this.types = types;
    this.globals = Array.from({ length: SCRATCH }, () => ({ type: 'int', value: 0 }));
    for (const [name, meaning] of module.names)
      if (meaning.kind === 'global' && meaning.isAssigned)
        this.globals.push({ name, type: 'int', value: meaning.value });
    this.imports = importsOf(types);
    this.uniformType = this.signature(uniformParameters(), 'int');
  }

  /** The index of a type. */
  signature(params: readonly StoredType[], result: ResultType): number {
    const isSame = (known: Signature) => known.result === result && known.params.join() === params.join();
    const at = this.signatures.findIndex(isSame);
    return at >= 0 ? at : this.signatures.push({ params, result }) - 1;
  }

  importIndex({ name }: ImportedFunction): number {
    return this.imports.findIndex((imported) => imported.name === name);
  }

  functionIndex({ index }: FunctionEntry): number {
    return this.imports.length + DIVISIONS.length + index;
  }

  division(operator: '/' | '%', isSigned: boolean): number {
    return this.imports.length + DIVISIONS.indexOf(`${operator} ${isSigned ? 'signed' : 'unsigned'}`);
  }

  /** The global that holds the variable `name` of the module. */
  global(name: string): number {
    return this.globals.findIndex((global) => global.name === name);
  }

  newGlobal(type: StoredType): number {
    return this.globals.push({ type, value: 0 }) - 1;
  }

  /** Adds a function without parameters that gives an int. */
  newFunction(body: FunctionBody): number {
    return this.firstPiece + this.pieces.push(body) - 1;
  }

  get firstPiece(): number {
    return this.imports.length + DIVISIONS.length + this.module.functions.length;
  }

  /** The global of a scratch word. */
  scratch(word: number): number {
    if (!(word < SCRATCH)) throw new Error(`engine: scratch word ${word}`);
    return word;
  }

  /** The type by which the table is called: one for all calls except those with doubles, whose types are exact. */
  tableType(params: readonly StoredType[], result: StoredType): { readonly type: number; readonly count: number } {
    if (params.includes('double')) return { type: this.signature(params, result), count: params.length };
    if (params.length > TABLE_ARGUMENTS) throw new Error('engine: more arguments than expected');
    return { type: this.signature(uniformParameters(), result), count: TABLE_ARGUMENTS };
  }
}

function uniformParameters(): StoredType[] {
  return new Array<StoredType>(TABLE_ARGUMENTS).fill('int');
}

function importsOf(types: ValueTypes): ImportedFunction[] {
  const found = new Map([[CALLBACK.name, CALLBACK]]);
  for (const scope of types.scopes)
    for (const call of scope.calls) {
      const callee = scope.callee(call);
      if (callee.kind === 'import' && !isClock(callee.imported)) found.set(callee.imported.name, callee.imported);
    }
  return [...found.values()];
}
