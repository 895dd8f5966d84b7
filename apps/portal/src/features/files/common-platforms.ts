/** A side of a comparison. */
export interface ComparedSide {
  readonly isIndex: boolean;
  /** As `platformName` writes them: those of the images in the index, or the image's own. */
  readonly platforms: readonly string[];
}

/** What the server takes where nobody chose. */
const USUAL = 'linux/amd64';

/** For which platforms two sides can be compared; none where neither is an index. An image that stands alone is what it is, whatever is chosen. */
export function commonPlatforms(from: ComparedSide, to: ComparedSide): readonly string[] {
  const [first, ...others] = [from, to].filter(({ isIndex }) => isIndex);
  return [...new Set(first?.platforms ?? [])].filter((name) => others.every(({ platforms }) => platforms.includes(name)));
}

/** The platform that was asked for where it can be had; else that of the side which stands alone, the usual one, or the first. */
export function chosenPlatform(from: ComparedSide, to: ComparedSide, wanted: string | undefined): string | undefined {
  const common = commonPlatforms(from, to);
  const alone = [from, to].filter(({ isIndex }) => !isIndex).flatMap(({ platforms }) => platforms);
  return [wanted, ...alone, USUAL].find((name) => name !== undefined && common.includes(name)) ?? common[0];
}
