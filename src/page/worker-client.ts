// The page's side of the worker: questions become promises.

import type { MemoryRow } from './memory.ts';
import type { Answer, Entry, FromWorker, GivenLog, Question, Remarks, ToWorker } from './protocol.ts';
import type { PageModules } from './runtime.ts';
import type { TrialOutcome } from './trial.ts';
import type { TrialEdit } from './trial-edit.ts';

export class WorkerClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;
  readonly #started: Promise<void>;

  constructor(worker: Worker, modules: Promise<PageModules>) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) =>
      this.#waiting.get(data.number)?.(data.answer),
    );
    this.#started = modules.then((ready) => this.#send({ kind: 'start', modules: ready }));
    // Whoever asks sees the error.
    this.#started.catch(() => undefined);
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Gives reports to `receive` as they are found. Undefined if another log was asked for meanwhile. Rejects with what went wrong. */
  async examine(log: GivenLog, receive: (entry: Entry) => void): Promise<Remarks | undefined> {
    const answer = await this.#ask({ kind: 'examine', log, syntax: 'att' }, receive);
    return answer.kind === 'examined' ? answer.remarks : undefined;
  }

  async text(index: number): Promise<string> {
    return writtenOf(await this.#ask({ kind: 'text', index }));
  }

  async html(): Promise<string> {
    return writtenOf(await this.#ask({ kind: 'html' }));
  }

  async memory(index: number, position: number): Promise<readonly MemoryRow[]> {
    const answer = await this.#ask({ kind: 'memory', index, position });
    return answer.kind === 'memory' ? answer.rows : [];
  }

  /** Undefined where there is no machine to run. */
  async try(index: number, position: number, edits: readonly TrialEdit[]): Promise<TrialOutcome | undefined> {
    const answer = await this.#ask({ kind: 'try', index, position, edits });
    return answer.kind === 'tried' ? answer.outcome : undefined;
  }

  async #ask(question: Question, receive: (entry: Entry) => void = () => undefined): Promise<Answer> {
    await this.#started;
    const number = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, (answer) => {
        if (answer.kind === 'entry') return receive(answer.entry);
        this.#waiting.delete(number);
        if (answer.kind === 'failed') reject(new Error(answer.message));
        else resolve(answer);
      });
      this.#send({ kind: 'ask', number, question });
    });
  }
}

function writtenOf(answer: Answer): string {
  return answer.kind === 'written' ? answer.text : '';
}
