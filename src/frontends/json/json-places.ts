// Where the log shows each fact of `snapshot` in JSON.

import { type Evidence, firstLineOf, lineCountOf } from '../../snapshot/evidence.ts';
import type { Snapshot, Sourced } from '../../snapshot/snapshot.ts';
import type { ReportJson } from './contract/report.ts';
import { present } from './json-values.ts';

type Places = ReportJson['snapshot']['places'];
type Facts = Readonly<Partial<Record<string, Sourced<unknown>>>>;

/** By the path of the fact in JSON. */
export function placesOf(snapshot: Snapshot): Places {
  const { memory, trap, task, kernel, trace = [], closing } = snapshot;
  const places: Record<string, Places[string]> = {};
  const add = (path: string, evidence: Evidence | undefined): void => {
    const line = evidence && firstLineOf(evidence);
    if (evidence === undefined || line === undefined) return;
    const count = lineCountOf(evidence) ?? 1;
    places[path] = { line, ...(count > 1 && { lines: count }) };
  };
  const addAll = (facts: Facts, pathOf: (name: string) => string): void => {
    for (const [name, fact] of Object.entries(facts)) add(pathOf(name), fact?.evidence);
  };
  for (const group of ['registers', 'segments', 'control', 'debug', 'pageTable'] as const)
    addAll({ ...snapshot[group] }, (name) => `${group}.${name}`);
  addAll({ ...trap }, (name) => `trap.${name}`);
  const { codeUnavailable, mode, headline, symbol, modules, mapping } = snapshot;
  addAll(present({ codeUnavailable, mode, headline, symbol, modules, mapping }), (name) => name);
  addAll({ ...kernel }, (name) => KERNEL_NAMES[name] ?? name);
  addAll({ ...task }, (name) => TASK_NAMES[name] ?? name);
  for (const { kind, evidence } of memory) add(kind === 'code-window' ? 'code' : 'stack', evidence);
  for (const [i, { evidence }] of trace.entries()) add(`trace[${i}]`, evidence);
  for (const [i, { evidence }] of closing.entries()) add(`closing[${i}]`, evidence);
  return places;
}

/** What the JSON calls the fields of the snapshot that it calls otherwise. */
const KERNEL_NAMES: Readonly<Record<string, string>> = { release: 'kernel', offset: 'kernelOffset' };
const TASK_NAMES: Readonly<Record<string, string>> = { comm: 'task', task: 'taskAddress' };
