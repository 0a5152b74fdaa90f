// Scenarios in several processes of this same command. Each takes a few at a time and answers one by one; results are handed on in the
// order asked for. A process that dies costs the scenario that it was running, by name; another process takes the rest.

import { type ChildProcess, fork } from 'node:child_process';
import type { TimedResult } from '../../../frontends/text/scenario-reporters.ts';
import { brokenScenario } from '../../../scenario/run-scenario.ts';
import { endWithParent } from './end-with-parent.ts';
import { type PartsLoader, ScenarioRunner, tooLate } from './scenario-runner.ts';
import type { TestOptions } from './test-options.ts';

interface Task {
  readonly jobs: readonly Job[];
  readonly update: boolean;
  readonly timeout: number;
}

interface Job {
  readonly index: number;
  readonly directory: string;
}

type Answer = 'ready' | { readonly index: number; readonly result: TimedResult };

/** Enough to make messages cheap, few enough to end together. */
const TASK_SIZE = 16;
/** Tasks that a worker holds: the next one is there when one is done, however late its answer is read. */
const TASKS_AHEAD = 2;
/** Workers that may end before they are ready until it is taken that none can start. */
const FALSE_STARTS = 3;
/** How long a worker may be silent beyond the time of a scenario, in milliseconds: it ends late scenarios itself. */
const SILENCE = 10_000;

export async function* runInWorkers(directories: readonly string[], options: TestOptions): AsyncGenerator<TimedResult> {
  const pool = new WorkerPool(directories, options);
  try {
    for (let i = 0; i < directories.length; i++) yield await pool.result(i);
  } finally {
    pool.close();
  }
}

class WorkerPool {
  readonly #options: TestOptions;
  #waiting: Job[];
  readonly #done = new Map<number, TimedResult>();
  readonly #workers = new Set<PoolWorker>();
  readonly #watch: NodeJS.Timeout;
  #falseStarts = 0;
  #wake: () => void = () => undefined;

  constructor(directories: readonly string[], options: TestOptions) {
    this.#options = options;
    this.#waiting = directories.map((directory, index) => ({ index, directory }));
    const useful = Math.ceil(directories.length / (TASK_SIZE * TASKS_AHEAD));
    for (let i = 0; i < Math.min(options.jobs, useful); i++) this.#start();
    this.#watch = setInterval(() => this.#endSilent(), 1000);
  }

  /** Each result can be taken once. */
  async result(index: number): Promise<TimedResult> {
    for (;;) {
      const result = this.#done.get(index);
      if (result !== undefined) {
        this.#done.delete(index);
        return result;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    clearInterval(this.#watch);
    for (const { process: child } of this.#workers) child.kill();
    this.#workers.clear();
  }

  #start(): void {
    const child = fork(process.argv[1] as string, ['test', '--worker'], { serialization: 'advanced' });
    const worker: PoolWorker = { process: child, held: [], isReady: false, heard: Date.now() };
    this.#workers.add(worker);
    child.on('message', (answer: Answer) => this.#take(answer, worker));
    child.on('exit', (code, signal) => this.#ended(worker, signal ?? `exit code ${code}`));
    child.on('error', (error) => this.#ended(worker, error.message));
    this.#fill(worker);
  }

  #fill(worker: PoolWorker): void {
    const { update, timeout } = this.#options;
    while (this.#waiting.length > 0 && worker.held.length <= TASK_SIZE * (TASKS_AHEAD - 1)) {
      const jobs = this.#waiting.splice(0, TASK_SIZE);
      for (const job of jobs) worker.held.push(job);
      const task: Task = { jobs, update, timeout };
      // One that cannot be reached any more is about to be reported as ended.
      worker.process.send(task, () => undefined);
    }
    if (worker.held.length === 0 && worker.process.connected) worker.process.disconnect();
  }

  #take(answer: Answer, worker: PoolWorker): void {
    worker.heard = Date.now();
    if (answer === 'ready') {
      worker.isReady = true;
      return;
    }
    worker.held = worker.held.filter(({ index }) => index !== answer.index);
    this.#done.set(answer.index, answer.result);
    this.#fill(worker);
    this.#wake();
  }

  /** The first scenario without an answer is the one that ran. */
  #ended(worker: PoolWorker, how: string): void {
    if (!this.#workers.delete(worker) || worker.held.length === 0) return;
    if (worker.isReady) {
      const { index, directory } = worker.held.shift() as Job;
      const reason = worker.endedFor ?? `the process that ran it ended with ${how}`;
      this.#done.set(index, brokenScenario(directory, reason));
    } else this.#falseStarts++;
    this.#waiting = [...worker.held, ...this.#waiting];
    if (this.#falseStarts >= FALSE_STARTS) this.#giveUp(how);
    else if (this.#waiting.length > 0) this.#start();
    this.#wake();
  }

  #giveUp(how: string): void {
    for (const { index, directory } of this.#waiting.splice(0)) {
      this.#done.set(
        index,
        brokenScenario(directory, `no process could be started to run it: the last ended with ${how}`),
      );
    }
  }

  #endSilent(): void {
    const longest = this.#options.timeout * 1000 + SILENCE;
    for (const worker of this.#workers) {
      if (!worker.isReady || worker.held.length === 0 || Date.now() - worker.heard <= longest) continue;
      worker.endedFor = tooLate(this.#options.timeout);
      worker.process.kill('SIGKILL');
    }
  }
}

interface PoolWorker {
  readonly process: ChildProcess;
  /** Jobs without an answer, in their order. */
  held: Job[];
  isReady: boolean;
  /** Time of the last answer. */
  heard: number;
  /** Why this side ended it. */
  endedFor?: string;
}

/** The other end: answers until the parent goes away. */
export async function serveAsWorker(loader: PartsLoader): Promise<void> {
  if (process.send === undefined) return;
  endWithParent();
  const tasks: Task[] = [];
  let wake = (): void => undefined;
  process.on('message', (task: Task) => {
    tasks.push(task);
    wake();
  });
  // The parent has all answers, or no use for more.
  process.on('disconnect', () => process.exit());
  await loader.once();
  await answer('ready');
  // One for all tasks: after a scenario that was ended early it has another engine.
  let runner: ScenarioRunner | undefined;
  for (;;) {
    const task = tasks.shift();
    if (task === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    runner ??= new ScenarioRunner(loader, task);
    for (const { index, directory } of task.jobs) await answer({ index, result: await runner.run(directory) });
  }
}

/** Resolves when the answer is on its way: what is only queued is lost when this process dies over the next scenario. */
function answer(message: Answer): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
