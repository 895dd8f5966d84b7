import { randomBytes } from 'node:crypto';
import type { SideName } from '../ports/side-objects.ts';

/**
 * The journal's objects, all in one folder:
 *
 *     g<generation>.s.<seq>.<random>     a segment: changes, the highest of them numbered <seq>
 *     g<generation>.p.<floor>.<random>   a part of a snapshot that holds every change up to <floor>
 *     g<generation>.c.<floor>.<random>   that snapshot is whole: JSON with the names of its parts
 *
 * A generation begins with a snapshot. Of two the higher one counts, as soon as its first snapshot is whole.
 */
export interface JournalName {
  readonly name: SideName;
  readonly generation: number;
  readonly type: 'segment' | 'part' | 'complete';
  readonly seq: number;
}

export const JOURNAL_FOLDER = 'journal';

const LETTERS = { segment: 's', part: 'p', complete: 'c' } as const;
const SHAPE = /^journal\/g(\d{10})\.([spc])\.(\d{16})\.[0-9a-f]{16}$/;

export function newJournalName({ generation, type, seq }: Omit<JournalName, 'name'>): SideName {
  const [which, place] = [String(generation).padStart(10, '0'), String(seq).padStart(16, '0')];
  return `${JOURNAL_FOLDER}/g${which}.${LETTERS[type]}.${place}.${randomBytes(8).toString('hex')}`;
}

/** undefined for a name that is none of ours. */
export function parseJournalName(name: SideName): JournalName | undefined {
  const [, generation, letter, seq] = SHAPE.exec(name) ?? [];
  const type = (Object.keys(LETTERS) as (keyof typeof LETTERS)[]).find((key) => LETTERS[key] === letter);
  if (type === undefined) return undefined;
  return { name, generation: Number(generation), type, seq: Number(seq) };
}
