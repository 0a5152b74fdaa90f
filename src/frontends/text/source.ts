// Where in the source the fault is, and what the files were worth that were given for it.

import type { ReportJson } from '../json/contract/report.ts';
import { unbroken } from '../wording/unbroken.ts';
import type { TextStyle } from './style.ts';
import { wrapText } from './wrap.ts';

type SourceJson = NonNullable<ReportJson['replay']['source']>;

/** Under the faulting instruction. */
export function faultSourceLines({ replay }: ReportJson, { width, whole }: TextStyle): readonly string[] {
  return replay.source === undefined ? [] : wrapText(sourceWords(replay.source, whole), 4, 8, width);
}

/** `at net/core/dev.c:460:32 (badesp)`: a path or a name of the file is never broken. `whole`: paths are not cut. */
export function sourceWords({ inlined, ...place }: SourceJson, whole: boolean): string {
  return [`at ${callWords(place, whole)}`, ...inlined.map((call) => `inlined at ${callWords(call, whole)}`)].join(', ');
}

/** A path from the root names the machine that compiled it; its last parts find the file. */
const PARTS_SHOWN = 3;

function callWords({ file, line, column, function: name }: SourceJson['inlined'][number], whole: boolean): string {
  const parts = file.split('/');
  const path = whole || parts.length <= PARTS_SHOWN ? file : `…/${parts.slice(-PARTS_SHOWN).join('/')}`;
  const place = `${path}:${line}${column === undefined ? '' : `:${column}`}`;
  return name === undefined ? unbroken(place) : `${unbroken(place)} ${unbroken(`(${name})`)}`;
}

/** One paragraph for each file that was given. */
export function binaryLines({ binaries = [] }: ReportJson, { paint, width }: TextStyle): readonly string[] {
  return binaries.flatMap(({ file, match, release, text }) => {
    const isDoubtful = match === 'refused' || match === 'ambiguous' || release === 'differs';
    const lines = wrapText(`${unbroken(file)}: ${text}`, 2, 4, width);
    return isDoubtful ? lines.map((line) => paint('bad', line)) : lines;
  });
}
