// Scenarios in several processes of this same command. Each takes a few at a time; results are handed on in the order asked for.

import { type ChildProcess, fork } from 'node:child_process';
import { printGolden } from '../../../frontends/text/scenario-golden.ts';
import { SCENARIO_WORDS } from '../../../frontends/wording/scenario-words.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { runScenario, type ScenarioResult } from '../../../scenario/run-scenario.ts';
import type { TestOptions } from './test-options.ts';

interface Task {
  readonly first: number;
  readonly directories: readonly string[];
  readonly update: boolean;
}

interface TaskResult {
  readonly first: number;
  readonly results: readonly ScenarioResult[];
}

/** Enough to make messages cheap, few enough to end together. */
const TASK_SIZE = 16;
/** Tasks that a worker holds: the next one is there when one is done, however late its answer is read. */
const TASKS_AHEAD = 2;

export async function* runInWorkers(
  directories: readonly string[],
  { update, jobs }: TestOptions,
): AsyncGenerator<ScenarioResult> {
  const done = new Map<number, ScenarioResult>();
  let next = 0;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const give = (worker: ChildProcess): boolean => {
    if (next >= directories.length) return false;
    const task: Task = { first: next, directories: directories.slice(next, next + TASK_SIZE), update };
    next += TASK_SIZE;
    worker.send(task);
    return true;
  };
  const useful = Math.ceil(directories.length / (TASK_SIZE * TASKS_AHEAD));
  const workers = Array.from({ length: Math.min(jobs, useful) }, () => {
    const worker = fork(process.argv[1] as string, ['test', '--worker'], { serialization: 'advanced' });
    let held = 0;
    worker.on('message', ({ first, results }: TaskResult) => {
      for (const [i, result] of results.entries()) done.set(first + i, result);
      if (!give(worker)) held--;
      if (held === 0) worker.disconnect();
      wake();
    });
    worker.on('exit', (code, signal) => {
      if (code !== 0) failure = new Error(`a worker ended with ${signal ?? `exit code ${code}`}`);
      wake();
    });
    while (held < TASKS_AHEAD && give(worker)) held++;
    return worker;
  });
  try {
    for (let i = 0; i < directories.length; i++) {
      while (!done.has(i)) {
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      yield done.get(i) as ScenarioResult;
      done.delete(i);
    }
  } finally {
    for (const worker of workers) worker.kill();
  }
}

/** The other end: answers until the parent goes away. */
export async function serveAsWorker(loadParts: () => Promise<ReplayParts>): Promise<void> {
  if (process.send === undefined) return;
  const queue: Task[] = [];
  let wake = (): void => undefined;
  let isOpen = true;
  process.on('message', (task: Task) => {
    queue.push(task);
    wake();
  });
  process.on('disconnect', () => {
    isOpen = false;
    wake();
  });
  const parts = await loadParts();
  while (isOpen || queue.length > 0) {
    const task = queue.shift();
    if (task === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    const { first, directories, update } = task;
    const results = directories.map((directory) =>
      runScenario(directory, { parts, printGolden, words: SCENARIO_WORDS, update }),
    );
    const answer: TaskResult = { first, results };
    if (isOpen) process.send(answer);
  }
}
