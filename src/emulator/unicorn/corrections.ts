// The corrections that turn the published Unicorn file into the engine this program runs; the build then makes WebAssembly of it
// (tools/unicorn-wasm/).
// Each correction replaces one text that must occur exactly once, so that another version of the file is refused and never half corrected.

import { ReplayError } from '../../machine/errors.ts';

export interface EngineCorrection {
  readonly name: string;
  /** What goes wrong without the correction. */
  readonly why: string;
  readonly find: string;
  readonly replacement: string;
}

export const ENGINE_CORRECTIONS: readonly EngineCorrection[] = [
  {
    name: 'code-hook-clobbers-registers',
    why: 'a hook on code (and an instruction count, which is one) patches the length of each instruction into a fixed slot of the translated operations, which is not the slot of this build: eax and ecx are overwritten with parts of the flags. The slot is marked with f1f1f1f1, so look for it.',
    find: 'uA){if(1&o){n[u+64>>2]=S;break A}n[u+56>>2]=S}else n[u+4>>2]=S}',
    replacement: 'uA){for(u|=0;(0|n[u>>2])!=-235802127;)u=u+4|0;n[u>>2]=S}else n[u+4>>2]=S}',
  },
  {
    name: 'page-table-compaction',
    why: 'then it looks at every entry again, to join nodes with one child. That saves a few steps in each lookup of a page and costs more than all lookups of a replay.',
    find: '63&t[0|A]&&vb(0|A,0|n[A+20>>2]),',
    replacement: '/*not compacted*/',
  },
  {
    name: 'slow-block-flush',
    why: 'at the end of each run all translated blocks are forgotten, and with them what is noted of the 1,024 pages around each of their pages, one by one. Only the pages of the blocks have notes.',
    find: 'if(r=0,n[e+199228>>2]=0,S(A+-16476|0,0,16384),S(e+68156|0,0,131072),0|n[i+856>>2])A:for(;;){if(a=0,f=0|n[(0|n[i+856>>2])+(r<<2)>>2])for(;A=f+R(a,12)|0,n[A>>2]=0,(c=0|n[A+8>>2])&&(Ze(0|c),n[A+8>>2]=0),n[A+4>>2]=0,1024!=(0|(a=a+1|0)););if(1024==(0|(r=r+1|0)))break A}',
    replacement:
      'if(0|n[i+856>>2])for(a=0|n[e+68152>>2],r=a+R(0|n[e+199228>>2],80)|0;a<r;a=a+80|0)for(f=44;f<52;f=f+4|0)-1!=(c=0|n[a+f>>2])&&(c=(0|n[(0|n[i+856>>2])+(c>>>20&4092)>>2])+R(c>>>12&1023,12)|0,n[c>>2]=0,n[c+4>>2]=0,0|n[c+8>>2]&&(Ze(0|n[c+8>>2]),n[c+8>>2]=0));n[e+199228>>2]=0,S(A+-16476|0,0,16384),S(e+68156|0,0,131072);',
  },
  {
    name: 'needless-optimiser',
    why: 'operations are optimised before they become code, which pays for code that runs often. Here each block runs once.',
    find: 'r=0|hr(0|A,0|n[A+61080>>2],0|u,0|n[A+200064>>2]),n[A+61084>>2]=r,!r)return-1;',
    replacement: '0)return-1;',
  },
];

/** Gives the corrected text. Throws `engine/correction-lost` if a correction does not apply exactly once. */
export function correctEngineSource(source: string): string {
  let text = source;
  for (const { name, find, replacement } of ENGINE_CORRECTIONS) {
    const at = text.indexOf(find);
    if (at < 0 || text.indexOf(find, at + 1) >= 0)
      throw new ReplayError('engine/correction-lost', { correction: name });
    text = text.slice(0, at) + replacement + text.slice(at + find.length);
  }
  return text;
}
