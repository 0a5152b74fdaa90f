import { beginModules, startWorker } from './modules.ts';
import { WorkerClient } from './worker-client.ts';

const modules = beginModules();
const client = startWorker().then((worker) => new WorkerClient(worker, modules));
Object.assign(globalThis, { client });
