// `npm run bench:grades -- FILES`: how often each grade and each doubt of a lead-up was wrong, against recorded crashes: per file, per compiler
// and its optimisation, and per doubt. A file holds one JSON object a line: `report` is the log, `truth` has `windowStart`, `compiler`, `flags` and
// `trace`, a list of what ran up to the fault (`eip`, `disasm`, `regs` with %esp as the fifth, `rep.iter` of a repeated instruction). A step is right
// where the CPU ran it immediately before the next one. Figures only, no verdict.

import { readFileSync } from 'node:fs';
import { examine, loadParts, readLog, toJson } from '../dist/lib/node.js';

const files = process.argv.slice(2);
if (files.length === 0) throw new Error('name at least one file of recorded crashes');
const ESP = 4;
const parts = await loadParts();
const GRADES = ['only', 'likely', 'assumed'];

/** Rounds of a repeated instruction count as one step, as long as it is not the faulting one. */
function collapsed(trace) {
  const last = trace.at(-1);
  let end = trace.length - 1;
  while (end > 0 && last.rep && trace[end - 1].rep && trace[end - 1].eip === last.eip) end--;
  const kept = [];
  for (const one of [...trace.slice(0, end), last]) {
    const before = kept.at(-1);
    const isLaterRound = one !== last && one.rep && one.rep.iter > 0 && before?.rep && before.eip === one.eip;
    if (!isLaterRound) kept.push(one);
  }
  return kept;
}

function claimedSteps(steps, faultOffset) {
  const claimed = steps.filter(
    (step, i) =>
      !(
        step.round &&
        steps[i - 1]?.round &&
        steps[i - 1].offset === step.offset &&
        step.round.index > steps[i - 1].round.index
      ),
  );
  while (claimed.at(-1)?.offset === faultOffset && /^rep/.test(claimed.at(-1)?.text ?? '')) claimed.pop();
  return claimed;
}

/** One row for each claimed step whose truth is known, latest first: its grade, its doubt, and whether it ran. */
function judge(steps, truth) {
  const start = Number.parseInt(truth.windowStart, 16);
  const offsetOf = (eip) => (Number.parseInt(eip, 16) - start) >>> 0;
  const ran = collapsed(truth.trace);
  const claimed = claimedSteps(steps, offsetOf(ran.at(-1).eip));
  const rows = [];
  let at = ran.length - 1;
  let isAstray = false;
  for (let i = claimed.length - 1; i >= 0 && (at > 0 || isAstray); i--) {
    const { offset, text, path, doubt = 'none' } = claimed[i];
    const isFirst = !isAstray;
    if (!isAstray) {
      const before = ran[at - 1];
      const isReturn = /^l?call/.test(text) && /^ret/.test(before.disasm ?? '');
      const caller = isReturn
        ? ran.findLastIndex((one, k) => k < at && offsetOf(one.eip) === offset && one.regs[ESP] === ran[at].regs[ESP])
        : -1;
      // The recording begins within the callee: what came before it is unknown.
      if (isReturn && caller < 0) return rows;
      if (offsetOf(before.eip) === offset) at--;
      else if (caller >= 0) at = caller;
      else isAstray = true;
    }
    rows.push({ path, doubt, isRight: !isAstray, isFirst });
  }
  return rows;
}

const groups = new Map();
const doubts = new Map();

function count(map, key, isRight, grade = 'all') {
  const row = map.get(key) ?? {};
  const { right, wrong } = row[grade] ?? { right: 0, wrong: 0 };
  map.set(key, { ...row, [grade]: isRight ? { right: right + 1, wrong } : { right, wrong: wrong + 1 } });
}

for (const file of files) {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const { report, truth } = JSON.parse(line);
    const [snapshot] = readLog(report).reports;
    if (snapshot === undefined) continue;
    const { leadUp } = toJson(examine(snapshot, parts), { decoder: parts.decoder, file: '' });
    const optimisation = /-O\w/.exec(truth.flags ?? '')?.[0] ?? '';
    for (const { path, doubt, isRight, isFirst } of judge(leadUp?.steps ?? [], truth)) {
      count(groups, file, isRight, path);
      count(groups, `  ${truth.compiler ?? '?'} ${optimisation}`, isRight, path);
      if (isFirst && path !== 'only') count(doubts, doubt, isRight);
    }
  }
}

const share = ({ right, wrong } = { right: 0, wrong: 0 }) =>
  right + wrong === 0 ? '-' : `${wrong} of ${right + wrong} (${((100 * wrong) / (right + wrong)).toFixed(2)} %)`;
console.log(['wrong steps of'.padEnd(32), ...GRADES.map((grade) => grade.padEnd(24))].join(''));
for (const [key, row] of [...groups].sort(
  ([a], [b]) => Number(a.startsWith(' ')) - Number(b.startsWith(' ')) || a.localeCompare(b),
))
  console.log([key.slice(-32).padEnd(32), ...GRADES.map((grade) => share(row[grade]).padEnd(24))].join(''));
console.log('\nplaces, while the path had not gone astray, by doubt');
for (const [doubt, { all }] of [...doubts].sort(
  ([, a], [, b]) => b.all.right + b.all.wrong - a.all.right - a.all.wrong,
))
  console.log(doubt.padEnd(32) + share(all));
