// How often each kind of diagnosis fires, and how often it is right.
// node bench/diagnosis.mjs [--cases CASES.jsonl] [--show] LOG...: of logs the firings are counted; of recorded crashes (one object with
// `report` and `truth` a line, where `truth` has case, kind and cSource) the first two kinds of a page fault are also judged by
// bench/diagnosis-truth.tsv, and the caller that is blamed by the functions that the source names.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseLog } from '../dist/modules/carriers/read-log.js';
import { EarlierReports } from '../dist/modules/diagnosis/earlier-reports.js';
import { DIAGNOSIS_KINDS } from '../dist/modules/diagnosis/kinds.js';
import { examine } from '../dist/modules/examination/examine.js';
import { diagnosisText } from '../dist/modules/frontends/wording/diagnosis.js';
import { loadParts } from '../dist/modules/node/index.js';
import { median } from './measure.mjs';

const args = process.argv.slice(2);
const at = args.indexOf('--cases');
const casesFile = at < 0 ? undefined : args.splice(at, 2)[1];
const shows = args.includes('--show');
const logs = args.filter((arg) => arg !== '--show');
if (casesFile === undefined && logs.length === 0) {
  console.error('usage: node bench/diagnosis.mjs [--cases CASES.jsonl] [--show] LOG...');
  process.exit(2);
}

/** True of a crash whatever its cause is. */
const BESIDE = new Set([
  'secondary-report',
  'same-crash-again',
  'walk-useless',
  'called-from',
  'returned-to',
  'late-vmalloc-sync',
]);
const truth = new Map(
  readFileSync(new URL('./diagnosis-truth.tsv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))
    .map(([name, kinds]) => [name, kinds.split(' ')]),
);

const parts = await loadParts();
const firings = new Map();
const wrong = { proves: [], suggests: [], judged: { proves: 0, suggests: 0 } };
const times = [];

function examined(text) {
  const earlier = new EarlierReports();
  return parseLog(text).reports.map((snapshot) => {
    const report = examine(snapshot, parts, { earlier });
    return { snapshot, ...report.diagnosis };
  });
}

function count(set, { diagnoses }) {
  for (const { kind, strength } of diagnoses) {
    const key = `${set} ${kind}`;
    const row = firings.get(key) ?? { proves: 0, suggests: 0, hint: 0 };
    row[strength]++;
    firings.set(key, row);
  }
}

function judge({ id, truth: facts }, { snapshot, diagnoses, blame }, tally) {
  const right = truth.get(facts.case);
  if (right === undefined) return;
  const [first, second] = diagnoses.filter(({ kind }) => !BESIDE.has(kind));
  const isRight = [first, second].some((one) => one !== undefined && right.includes(one.kind));
  if (facts.kind === 'page-fault') {
    tally.faults++;
    if (isRight) tally.right++;
    if (first !== undefined && right.includes(first.kind)) tally.first++;
  }
  if (shows && !isRight) console.log(`not right: ${id}: ${diagnoses.map(({ kind }) => kind).join(' ') || 'nothing'}`);
  for (const one of diagnoses) {
    if (one.strength === 'hint' || BESIDE.has(one.kind)) continue;
    wrong.judged[one.strength]++;
    if (right.includes(one.kind)) continue;
    wrong[one.strength].push(`${id}: ${diagnosisText(one, { snapshot, ...(blame && { blame }) })}`);
  }
  if (blame?.role !== 'caller') return;
  const name = blame.symbol.name?.replace(/\..*/, '') ?? '';
  tally.callers++;
  // Every case calls `mk` to allocate, which is never at fault; its entry is the case's name after `E_`.
  const isNamed = name === `E_${facts.case}` || (name !== 'mk' && new RegExp(`\\b${name}\\b`).test(facts.cSource));
  if (isNamed) tally.namedCallers++;
  else if (shows) console.log(`another caller: ${id}: ${blame.symbol.text}`);
}

const tally = { faults: 0, right: 0, first: 0, callers: 0, namedCallers: 0 };
for (const line of casesFile === undefined ? [] : readFileSync(casesFile, 'utf8').trim().split('\n')) {
  const one = JSON.parse(line);
  const [report] = examined(one.report);
  if (report === undefined) continue;
  count('cases', report);
  judge(one, report, tally);
}
let reports = 0;
for (const file of logs) {
  const started = performance.now();
  for (const report of examined(readFileSync(file, 'latin1'))) {
    reports++;
    count('logs', report);
    if (!shows) continue;
    const { snapshot, diagnoses, blame } = report;
    const [best] = diagnoses;
    const text = best === undefined ? '-' : diagnosisText(best, { snapshot, ...(blame && { blame }) });
    console.log(`${basename(file)}: ${text}`);
  }
  times.push(performance.now() - started);
}

console.log('kind                       cases: proves suggests hint      logs: proves suggests hint');
for (const kind of DIAGNOSIS_KINDS) {
  const [cases, seen] = ['cases', 'logs'].map((set) => firings.get(`${set} ${kind}`));
  const cells = (row) => ['proves', 'suggests', 'hint'].map((name) => String(row?.[name] ?? 0).padStart(8)).join('');
  if (cases !== undefined || seen !== undefined) console.log(`${kind.padEnd(28)}${cells(cases)}    ${cells(seen)}`);
}
if (logs.length > 0)
  console.log(`${reports} reports in ${logs.length} logs; a log in ${median(times).toFixed(1)} ms (median)`);
if (tally.faults > 0) {
  const share = (part, all) => `${part} of ${all} (${((100 * part) / all).toFixed(1)} %)`;
  console.log(`page faults, right kind first:              ${share(tally.first, tally.faults)}`);
  console.log(`page faults, right kind among the first two: ${share(tally.right, tally.faults)}`);
  console.log(`callers that are blamed and named in the source: ${share(tally.namedCallers, tally.callers)}`);
  for (const strength of ['proves', 'suggests']) {
    console.log(`"${strength}" that is not the bug: ${share(wrong[strength].length, wrong.judged[strength])}`);
    for (const text of wrong[strength]) console.log(`  ${text}`);
  }
}
