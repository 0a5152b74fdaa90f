// The worker of the page: it answers questions, one after the other. A log that is asked for ends the examination of the one before.

import { failureOf } from '../frontends/unforeseen.ts';
import { Examiner } from './examiner.ts';
import type { Answer, FromWorker, Question, ToWorker } from './protocol.ts';
import { startParts } from './runtime.ts';

/** Milliseconds of work between two looks at what is asked. */
const TURN = 40;

let examiner: Examiner | undefined;
let latestLog = 0;

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'start') examiner = new Examiner(startParts(data.modules));
  else void reply(data.number, data.question);
});

function send(number: number, answer: Answer): void {
  const message: FromWorker = { number, answer };
  self.postMessage(message);
}

async function reply(number: number, question: Question): Promise<void> {
  try {
    if (examiner === undefined) throw new Error('the worker was not started');
    switch (question.kind) {
      case 'examine':
        latestLog = number;
        return await examine(examiner, number, question);
      case 'text':
        return send(number, { kind: 'written', text: examiner.text(question.index) });
      case 'html':
        return send(number, { kind: 'written', text: examiner.html() });
      case 'memory':
        return send(number, { kind: 'memory', rows: examiner.memory(question.index, question.position) });
      case 'try': {
        const outcome = examiner.try(question.index, question.position, question.edits);
        return send(number, { kind: 'tried', ...(outcome && { outcome }) });
      }
    }
  } catch (error) {
    send(number, { kind: 'failed', message: failureOf(error).message });
  }
}

async function examine(
  worker: Examiner,
  number: number,
  { log, syntax }: Extract<Question, { kind: 'examine' }>,
): Promise<void> {
  const entries = worker.examine(log, syntax);
  let turnEnds = performance.now() + TURN;
  for (let next = entries.next(); ; next = entries.next()) {
    if (next.done) return send(number, { kind: 'examined', remarks: next.value });
    send(number, { kind: 'entry', entry: next.value });
    if (performance.now() < turnEnds) continue;
    await new Promise((resolve) => setTimeout(resolve));
    if (latestLog !== number) return send(number, { kind: 'dropped' });
    turnEnds = performance.now() + TURN;
  }
}
