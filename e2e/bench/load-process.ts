import { type ChildProcess, fork } from 'node:child_process';
import { type Job, type Outcome, runJob } from './load.ts';
import { type Target } from './raw-connection.ts';

interface Order {
  readonly target: Target;
  readonly job: Job;
}

type Reply = { readonly outcome: Outcome } | { readonly failure: string };

/** The client program in a process of its own, so that its event loop is not also the one that starts and stops registries. */
export class LoadProcess {
  readonly #child: ChildProcess;

  constructor(script: string) {
    this.#child = fork(script, ['load'], { stdio: 'inherit' });
  }

  async run(target: Target, job: Job): Promise<Outcome> {
    const reply = await new Promise<Reply>((resolve, reject) => {
      const onExit = (): void => reject(new Error('The load process ended.'));
      this.#child.once('exit', onExit);
      this.#child.once('message', (message) => {
        this.#child.removeListener('exit', onExit);
        resolve(message as Reply);
      });
      this.#child.send({ target, job } satisfies Order);
    });
    if ('failure' in reply) throw new Error(reply.failure);
    return reply.outcome;
  }

  close(): void {
    this.#child.kill();
  }
}

/** The other side: runs what it is sent, one job after another, until the parent goes. */
export function serveLoad(): void {
  process.on('message', (message) => {
    const { target, job } = message as Order;
    runJob(target, job).then(
      (outcome) => process.send?.({ outcome } satisfies Reply),
      (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) } satisfies Reply),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
