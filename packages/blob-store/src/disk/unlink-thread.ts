import { Worker } from 'node:worker_threads';

/**
 * In plain text since it has no imports of ours, and so is the same whether it runs from the sources or from a bundle. On Linux 0 is the calling
 * thread alone, elsewhere the whole process, which must keep its priority. A system that refuses has the thread at the priority of the others.
 */
const THREAD = `
const { unlinkSync } = require('node:fs');
const { constants, setPriority } = require('node:os');
const { parentPort } = require('node:worker_threads');
try {
  if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);
} catch {}
parentPort.on('message', (paths) => {
  parentPort.postMessage(paths.map((path) => {
    try {
      unlinkSync(path);
      return undefined;
    } catch (error) {
      return error.code ?? String(error);
    }
  }));
});`;
const IDLE_MS = 10_000;

interface Request {
  readonly paths: readonly string[];
  readonly resolve: (errors: readonly (string | undefined)[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread that removes files, one after another. Asked for one by one in Node's own threads, each removal wakes two threads, which costs more
 * than the removal. It yields to the threads that serve requests. It is there while there is work, and a while longer.
 */
export class UnlinkThread {
  readonly #asked: Request[] = [];
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** For each path the errno name, such as `ENOENT`, of why it was not removed, or undefined. Rejects when the thread ends before it answers. */
  unlinkAll(paths: readonly string[]): Promise<readonly (string | undefined)[]> {
    return new Promise((resolve, reject) => {
      clearTimeout(this.#idle);
      // First, since it may fail: answers go to those who asked, in their order.
      const worker = (this.#worker ??= this.#start());
      this.#asked.push({ paths, resolve, reject });
      worker.ref();
      worker.postMessage(paths);
    });
  }

  #start(): Worker {
    const worker = new Worker(THREAD, { eval: true, name: 'unlink' });
    let failure: Error | undefined;
    worker.on('message', (errors: readonly (string | undefined)[]) => {
      this.#asked.shift()?.resolve(errors);
      if (this.#asked.length === 0) this.#rest(worker);
    });
    worker.on('error', (error) => (failure = error as Error));
    worker.on('exit', (code) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      const error = new Error(`The thread that removes files ended with ${code}.`, { cause: failure });
      for (const { reject } of this.#asked.splice(0)) reject(error);
    });
    return worker;
  }

  /** A process that has nothing else to do may end. */
  #rest(worker: Worker): void {
    worker.unref();
    this.#idle = setTimeout(() => {
      this.#worker = undefined;
      void worker.terminate();
    }, IDLE_MS).unref();
  }
}
