/** A sentence for people that a program can tell apart, and so say in another language: `text` is the English of it. */
export interface Sentence {
  readonly text: string;
  /** Kebab-case, the same for as long as the sentence means the same; undefined where nobody named it, as in words of other programs. */
  readonly reason: string | undefined;
  /** What stands in the places of the sentence. */
  readonly values: Readonly<Record<string, SentenceValue>>;
}

export type SentenceValue = string | number;

/** One place, with its name: `${{ tag }}`. */
type Place = Readonly<Record<string, SentenceValue>>;

/**
 * Names a sentence where it is written: say('tag-exists')`The tag ${{ tag }} exists already.` A test of the portal finds every use of it in
 * the sources, and fails where the other language has no text with the same places.
 */
export function say(reason: string): (parts: TemplateStringsArray, ...places: readonly Place[]) => Sentence {
  return (parts, ...places) => ({
    text: parts.map((part, index) => part + Object.values(places[index] ?? {}).join('')).join(''),
    reason,
    values: Object.assign({}, ...places),
  });
}

/** Beside the text of a sentence, what other languages need to tell it; nothing where it has no name. */
export function sentenceNameOf(sentence: Sentence | undefined): Partial<Pick<Sentence, 'values'>> & { readonly reason?: string } {
  return sentence?.reason === undefined ? {} : { reason: sentence.reason, values: sentence.values };
}

/** The same sentence with English after it, such as what was kept; its text in another language says that itself. */
export function followedBy(sentence: Sentence, more: string): Sentence {
  return { ...sentence, text: `${sentence.text}${more}` };
}

/** Words that have no name. */
export function unnamed(text: string): Sentence {
  return { text, reason: undefined, values: {} };
}

export function asSentence(words: string | Sentence): Sentence {
  return typeof words === 'string' ? unnamed(words) : words;
}
