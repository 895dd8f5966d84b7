import type { SideName, SideObjects } from '../ports/side-objects.ts';
import { JournalDamagedError } from './journal-codec.ts';
import { JOURNAL_FOLDER, type JournalName, parseJournalName } from './journal-names.ts';

/** What to read of a journal, in no order. */
export interface JournalIndex {
  readonly generation: number;
  /** Entries of segments up to it are older than the snapshot. */
  readonly floor: number;
  readonly parts: readonly SideName[];
  readonly segments: readonly SideName[];
}

export async function listJournal(side: SideObjects): Promise<readonly JournalName[]> {
  const names: JournalName[] = [];
  for await (const name of side.list(JOURNAL_FOLDER)) {
    const parsed = parseJournalName(name);
    if (parsed !== undefined) names.push(parsed);
  }
  return names;
}

/**
 * The newest whole snapshot and the segments after it; before the first snapshot was whole, the segments alone. undefined when the storage
 * has no journal. Throws {@link JournalDamagedError}.
 */
export async function readJournalIndex(side: SideObjects): Promise<JournalIndex | undefined> {
  const names = await listJournal(side);
  const whole = names.filter(({ type }) => type === 'complete').sort((a, b) => b.generation - a.generation || b.seq - a.seq)[0];
  const generation = whole?.generation ?? Math.max(...names.map((name) => name.generation));
  if (!Number.isFinite(generation)) return undefined;
  const floor = whole?.seq ?? 0;
  const segments = names.filter((name) => name.type === 'segment' && name.generation === generation && name.seq > floor);
  return {
    generation,
    floor,
    parts: whole === undefined ? [] : await partsOf(side, whole.name),
    segments: segments.map(({ name }) => name),
  };
}

async function partsOf(side: SideObjects, name: SideName): Promise<readonly SideName[]> {
  const bytes = await side.get(name);
  try {
    const { parts } = JSON.parse(bytes?.toString() ?? '') as { parts: SideName[] };
    if (!parts.every((part) => parseJournalName(part) !== undefined)) throw new Error('It names what is no part.');
    return parts;
  } catch (error) {
    throw new JournalDamagedError(`${name}, which names the parts of the newest snapshot, cannot be read.`, { cause: error });
  }
}
