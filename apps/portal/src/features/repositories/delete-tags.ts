/** So many are asked for at a time: a server that has many tags to delete has other things to do, too. */
const AT_ONCE = 4;

/** The tags that are gone, and the refusal after which no other was tried. */
export interface Deletion {
  readonly gone: readonly string[];
  readonly refused: Error | undefined;
}

export interface DeletionWatch {
  /** Told after each: how many are gone. */
  readonly onGone: (count: number) => void;
  /** Ends what is under way and begins no other. */
  readonly signal: AbortSignal;
}

/** Deletes tag by tag until one is refused or nobody wants it any more. Never rejects. */
export async function deleteTags(
  tags: readonly string[],
  remove: (tag: string) => Promise<unknown>,
  { onGone, signal }: DeletionWatch,
): Promise<Deletion> {
  const gone: string[] = [];
  let refused: Error | undefined;
  let next = 0;
  const work = async (): Promise<void> => {
    while (refused === undefined && !signal.aborted) {
      const tag = tags[next];
      if (tag === undefined) return;
      next += 1;
      try {
        await remove(tag);
        gone.push(tag);
        onGone(gone.length);
      } catch (error) {
        refused ??= error instanceof Error ? error : new Error(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { gone, refused };
}
