// Where the variables of a function are kept.

import type { FunctionCode } from '../code/function-code.ts';
import type { Code } from '../code/opcodes.ts';
import { get, getGlobal, set, setGlobal, tee } from '../code/opcodes.ts';
import type { Program } from '../module/program.ts';
import type { Scope } from '../numbers/scope.ts';

export interface Variables {
  /** Whether they are zero when the function begins. */
  readonly beginAtZero: boolean;
  has(name: string): boolean;
  get(name: string): Code;
  set(name: string): Code;
  setAndKeep(name: string): Code;
}

/** As the locals of one WebAssembly function. */
export function localVariables(scope: Scope, code: FunctionCode): Variables {
  const indexes = new Map(scope.params.map((name, i) => [name, i]));
  for (const name of scope.variables.keys())
    if (!indexes.has(name)) indexes.set(name, code.newLocal(scope.storedType(name)));
  const index = indexIn(indexes);
  return {
    beginAtZero: true,
    has: (name) => indexes.has(name),
    get: (name) => get(index(name)),
    set: (name) => set(index(name)),
    setAndKeep: (name) => tee(index(name)),
  };
}

/** As globals, for a function in pieces. Such a function may not be entered again before it is left. */
export function sharedVariables(scope: Scope, program: Program): Variables {
  const indexes = new Map([...scope.variables.keys()].map((name) => [name, program.newGlobal(scope.storedType(name))]));
  const index = indexIn(indexes);
  return {
    beginAtZero: false,
    has: (name) => indexes.has(name),
    get: (name) => getGlobal(index(name)),
    set: (name) => setGlobal(index(name)),
    setAndKeep: (name) => [...setGlobal(index(name)), ...getGlobal(index(name))],
  };
}

function indexIn(indexes: ReadonlyMap<string, number>): (name: string) => number {
  return (name) => {
    const index = indexes.get(name);
    if (index === undefined) throw new Error(`engine: the variable ${name}`);
    return index;
  };
}
