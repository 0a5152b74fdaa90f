// Cuts iced-x86 down to what src/decoder/iced asks for: the package describes 5,000 instruction codes twice each and exports
// 760 WebAssembly functions, and making all of that ready costs more time than every other part of a start.
// What is kept is found, not listed: a class, enum or member stays where its name occurs in our sources or in what stays.

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { transform } from 'esbuild';
import { presetMemory } from './preset-wasm.mjs';
import { trimWasm } from './trim-wasm.mjs';

/** Enums that our sources read by number only; they become plain lists of names. */
const LISTS = ['Code', 'Mnemonic'];
/** What wasm-bindgen's own code and the WebAssembly module call. */
const GLUE_MEMBERS = new Set(['constructor', '__wrap', '__destroy_into_raw', 'free']);
const GLUE_EXPORT = /^__wb/;
const READS_MODULE =
  /const path = require\('path'\)\.join\(__dirname, 'iced_x86_bg\.wasm'\);\s*const bytes = require\('fs'\)\.readFileSync\(path\);\s*const wasmModule = new WebAssembly\.Module\(bytes\);/;
const MODULE_ID = './iced_x86_bg.wasm';

/** The text of a CommonJS module that requires its compiled WebAssembly module as `MODULE_ID`, and the bytes of that module. */
export async function trimIced({ packageFile, sources, namespace }) {
  const wanted = wordsIn(sources);
  const items = topLevelItems(stripDocs(readFileSync(packageFile, 'utf8')));
  const kept = reachable(
    items.map((item) => trimItem(item, wanted, namespace)),
    wanted,
  );
  const text = withModuleFromOutside(kept.map(({ text }) => text).join('\n'));
  const { code } = await transform(text, {
    minifyWhitespace: true,
    minifySyntax: true,
    platform: 'node',
    target: 'node20',
  });

  const called = new Set(Array.from(text.matchAll(/\bwasm\.(\w+)/g), ([, name]) => name));
  const bytes = readFileSync(join(dirname(packageFile), 'iced_x86_bg.wasm'));
  const wasm = trimWasm(bytes, (name) => called.has(name) || name.startsWith('__wbindgen'));
  const exported = new Set(WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name));
  for (const name of called) if (!exported.has(name)) throw new Error(`trim-iced: the module has no ${name}`);
  return { script: code, wasm: withTables(code, wasm) };
}

/** The package builds its tables of opcodes in memory with the first decoder: 4 ms of each start. */
function withTables(script, wasm) {
  let instance;
  class Instance extends WebAssembly.Instance {
    constructor(module, imports) {
      super(module, imports);
      instance = this;
    }
  }
  const require = createRequire(import.meta.url);
  const module = { exports: {} };
  const evaluate = runInThisContext(`(function (WebAssembly, module, require) {${script}})`);
  evaluate({ Instance }, module, (id) => (id === MODULE_ID ? new WebAssembly.Module(wasm) : require(id)));
  const { Decoder, Instruction, InstructionInfoFactory } = module.exports;
  const stackPointer = () => instance.exports.__wbindgen_add_to_stack_pointer(0);
  const before = stackPointer();
  const decoder = new Decoder(32, Uint8Array.of(0x90), 0);
  const instruction = new Instruction();
  const factory = new InstructionInfoFactory();
  decoder.decodeOut(instruction);
  for (const part of [factory.info(instruction), factory, instruction, decoder]) part.free();
  if (stackPointer() !== before) throw new Error('trim-iced: the module keeps something outside its memory');
  return presetMemory(wasm, new Uint8Array(instance.exports.memory.buffer));
}

/** The package reads and compiles its module itself, when nothing else can be done meanwhile. */
function withModuleFromOutside(text) {
  const outside = text.replace(READS_MODULE, `const wasmModule = require('${MODULE_ID}');`);
  if (outside === text) throw new Error('trim-iced: the package reads its module in another way');
  return outside;
}

function wordsIn(folder) {
  const text = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  return new Set(text.match(/\w+/g));
}

function stripDocs(text) {
  return text.replace(/^ *\/\*\*$[\s\S]*?\*\/\n/gm, '');
}

/** Statements of the module: each begins in the first column, where only lines of enums do so too. */
function topLevelItems(text) {
  return text
    .split(/\n(?=(?:module\.|class |function |let |const |imports\[|heap\.|cachedTextDecoder\.|wasm = ))/)
    .map((item) => item.trim())
    .map((item) => {
      const [, exported, className, name] =
        /^(?:module\.exports\.(\w+) =|class (\w+) |(?:function|let|const) (\w+)\b)/.exec(item) ?? [];
      return { text: item, exported, className, name };
    });
}

function trimItem(item, wanted, namespace) {
  if (item.className !== undefined) return { ...item, text: trimClass(item.text, wanted) };
  if (LISTS.includes(item.exported)) return { ...item, text: listOf(item.exported, namespace[item.exported]) };
  return item;
}

/** Members are indented by four blanks and end with a brace in that column. */
function trimClass(text, wanted) {
  const [first = '', ...lines] = text.split('\n');
  const kept = [first];
  let keep = false;
  for (const line of lines) {
    const [, member] = /^ {4}(?:static |get |set )?(\w+)\(.*\) \{$/.exec(line) ?? [];
    if (member !== undefined) keep = wanted.has(member) || GLUE_MEMBERS.has(member);
    if (keep || line === '}') kept.push(line);
    if (line === '    }') keep = false;
  }
  return kept.join('\n');
}

function listOf(name, numbered) {
  const names = [];
  for (const [key, value] of Object.entries(numbered)) if (typeof value === 'number') names[value] ??= key;
  if (names.length < 100 || names.includes(undefined)) throw new Error(`trim-iced: ${name} is no list of names`);
  return `module.exports.${name} = ${JSON.stringify(names.join(' '))}.split(' ');`;
}

/** The items that are wanted, and those that they name, in the order of the file. */
function reachable(items, wanted) {
  const isRoot = ({ exported, className, name }) =>
    exported === undefined && className === undefined && name === undefined
      ? true
      : exported !== undefined && (GLUE_EXPORT.test(exported) || (wanted.has(exported) && !isClass(items, exported)));
  const kept = new Set(items.filter((item) => isRoot(item) || wanted.has(item.className ?? '')));
  for (const item of kept) {
    const words = new Set(item.text.match(/\w+/g));
    for (const other of items) {
      const declares = other.className ?? other.name ?? (isClass(items, other.exported) ? other.exported : undefined);
      if (declares !== undefined && words.has(declares)) kept.add(other);
    }
  }
  return items.filter((item) => kept.has(item));
}

function isClass(items, name) {
  return items.some(({ className }) => className === name);
}
