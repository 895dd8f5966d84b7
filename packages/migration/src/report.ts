import { RegistryRefusedError } from '@berth/registry-client';
import { type MigrationStoppedError, stopping } from './stopped.ts';

/** What can be made at the destination. */
export type Thing =
  | 'user'
  | 'system administrator'
  | 'group'
  | 'group member'
  | 'label'
  | 'project'
  | 'member'
  | 'robot'
  | 'label on an artifact'
  | 'description'
  | 'immutable rule'
  | 'retention policy'
  | 'quota'
  | 'repository'
  | 'manifest'
  | 'tag'
  | 'blob';

export interface Count {
  /** By this run; in a dry run: what would be made. */
  made: number;
  /** Was there before. */
  there: number;
  failed: number;
}

/** What is made, with what to say when something that it needs is not there. */
interface Named {
  readonly name: string;
  readonly absent: string;
}

/** Something that a person should know, with the name of what it is about. */
export interface Remark {
  readonly about: string;
  readonly name: string;
  readonly sentence: string;
}

export interface MigrationReport {
  readonly dryRun: boolean;
  readonly things: Readonly<Partial<Record<Thing, Readonly<Count>>>>;
  /** Of blobs, as they went over the network; in a dry run at most so many would. */
  readonly bytes: number;
  /** Blobs that the destination had in another repository. */
  readonly mounted: number;
  /** What was not copied although it should have been. */
  readonly problems: readonly Remark[];
  /** What has no counterpart, or is another there. */
  readonly differences: readonly Remark[];
  /** Remarks beyond those listed. */
  readonly unlisted: number;
  /** Why the run ended before its end; absent when it did not. */
  readonly stopped?: string;
}

/** A registry where everything fails would else fill the memory with sentences. */
const MAX_REMARKS = 10_000;

/** What a run did and found, as it goes on. */
export class Report {
  readonly dryRun: boolean;
  readonly #things = new Map<Thing, Count>();
  readonly #problems: Remark[] = [];
  readonly #differences: Remark[] = [];
  #unlisted = 0;
  #bytes = 0;
  #mounted = 0;
  #stopped: string | undefined;

  constructor(dryRun: boolean) {
    this.dryRun = dryRun;
  }

  get bytes(): number {
    return this.#bytes;
  }

  countOf(thing: Thing): Readonly<Count> {
    return this.#things.get(thing) ?? { made: 0, there: 0, failed: 0 };
  }

  count(thing: Thing, what: keyof Count): void {
    const count = this.#things.get(thing) ?? { made: 0, there: 0, failed: 0 };
    count[what] += 1;
    this.#things.set(thing, count);
  }

  sent(bytes: number): void {
    this.#bytes += bytes;
  }

  mounted(): void {
    this.#mounted += 1;
  }

  differs(about: string, name: string, sentence: string): void {
    this.#add(this.#differences, { about, name, sentence });
  }

  /** Notes why something was not copied. Throws MigrationStoppedError where going on makes no sense. */
  failed(thing: Thing, name: string, error: unknown): void {
    const stop = stopping(error);
    if (stop !== undefined) throw stop;
    this.count(thing, 'failed');
    this.#add(this.#problems, { about: thing, name, sentence: sentenceOf(error) });
  }

  /**
   * Makes something at the destination, or in a dry run only counts it. Answers what `act` did; undefined when nothing was made. A refusal
   * for this one thing is noted and the run goes on; that it is there already (409) is as good as made. Where the name has a sentence
   * along, 404 means that what the thing needs is not there: a difference.
   */
  async make<Made>(thing: Thing, named: string | Named, act: () => Promise<Made>): Promise<Made | undefined> {
    const { name, absent } = typeof named === 'string' ? { name: named, absent: undefined } : named;
    try {
      const made = this.dryRun ? undefined : await act();
      this.count(thing, 'made');
      return made;
    } catch (error) {
      const status = error instanceof RegistryRefusedError ? error.status : undefined;
      if (status === 409) this.count(thing, 'there');
      else if (status === 404 && absent !== undefined) this.differs(thing, name, absent);
      else this.failed(thing, name, error);
      return undefined;
    }
  }

  stop(error: MigrationStoppedError): void {
    this.#stopped = error.message;
  }

  view(): MigrationReport {
    return {
      dryRun: this.dryRun,
      things: Object.fromEntries(this.#things),
      bytes: this.#bytes,
      mounted: this.#mounted,
      problems: this.#problems,
      differences: this.#differences,
      unlisted: this.#unlisted,
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
    };
  }

  #add(list: Remark[], remark: Remark): void {
    if (list.length < MAX_REMARKS) list.push(remark);
    else this.#unlisted += 1;
  }
}

/** Errors made for people are shown as they are; a defect is none of them, and ends the run. */
function sentenceOf(error: unknown): string {
  if (error instanceof Error && error.constructor !== Error && !(error instanceof TypeError) && !(error instanceof RangeError))
    return error.message;
  throw error;
}
