// `Modules linked in: a b(O) c(OF+) [last unloaded: d]`, wrapped as it may be; Red Hat 2.4 prints the names without the caption.

import type { ModuleReference } from '../../../snapshot/snapshot.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

const CAPTION = /^Modules linked in: ?/;
const MODULE = /^([A-Za-z0-9_-]{1,64})(?:\(([A-Z+-]{1,8})\))?,?$/;

/** The names up to the first thing that is none. */
function readNames(text: string): { modules: ModuleReference[]; clean: boolean } {
  const modules: ModuleReference[] = [];
  const end = text.search(/\[(?:last unloaded|unloaded):/i);
  const tokens = (end < 0 ? text : text.slice(0, end)).split(/\s+/);
  for (const token of tokens) {
    if (token === '' || /^\[?(?:\.\.\.|…)\]?$/.test(token)) continue;
    const match = MODULE.exec(token.replace(/\.\.\.$/, ''));
    if (!match) return { modules, clean: false };
    modules.push({ name: match[1] ?? '', ...(match[2] !== undefined && { flags: match[2] }) });
  }
  return { modules, clean: true };
}

/** A line of nothing but module names, or the bracket that ends the list. */
export function readModuleNames(text: string): readonly Fact[] {
  const { modules, clean } = readNames(text);
  return clean ? [{ kind: 'modules', modules }] : [];
}

function readModulesLine(text: string): readonly Fact[] {
  if (text.startsWith('Unloaded tainted modules:')) return [{ kind: 'remark', text }];
  const caption = CAPTION.exec(text);
  if (!caption) return /^(?:\[?last unloaded: |unloaded: )/.test(text) ? [{ kind: 'noise' }] : [];
  const { modules, clean } = readNames(text.slice(caption[0].length));
  return [
    { kind: 'section', section: 'modules' },
    { kind: 'modules', modules },
    ...(clean
      ? []
      : [
          {
            kind: 'problem',
            code: 'unknown-line',
            message: 'the module list holds something that is no module',
          } as const,
        ]),
  ];
}

export const MODULE_LINES: Family = { read: readModulesLine, starts: 'mo un la [l', words: [/Modules/] };
