// The licences of what is in a bundle lie beside it.

import { copyFileSync, readdirSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** Copies the licence of every package that is in a bundle into `folder`. */
export function licences(folder: string): Plugin {
  return {
    name: 'licences',
    setup(builder) {
      builder.onEnd(({ metafile }) => {
        for (const input of Object.keys(metafile?.inputs ?? {})) {
          const [, name] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
          if (name === undefined) continue;
          const file = readdirSync(`node_modules/${name}`).find((entry) => /^licen[cs]e/i.test(entry));
          if (file === undefined) throw new Error(`${name} is in a bundle and has no licence text`);
          copyFileSync(`node_modules/${name}/${file}`, `${folder}/LICENSE.${name.replace('/', '-')}`);
        }
      });
    },
  };
}
