// What the build cut out of iced-x86. The bundles of the build hold that script instead of this file, which serves the modules one by one.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { IcedNamespace } from '../../decoder/iced/iced-namespace.ts';
import { ICED_FILE, runtimeFolder } from './runtime-files.ts';

const script = pathToFileURL(join(runtimeFolder(), ICED_FILE)).href;

/** The part of iced-x86 that `decoder/iced` names, on its compiled module. */
export const { startIced } = (await import(/* @vite-ignore */ script)) as {
  readonly startIced: (compiled: WebAssembly.Module) => IcedNamespace;
};
