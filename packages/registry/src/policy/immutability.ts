import { OciError, type RepositoryName, type Tag, say } from '@berth/oci';
import { selects, type TagRule } from './selectors.ts';

/** A tag that a rule keeps where it is. Harbor answers 412, too. */
export class ImmutableTagError extends OciError {
  constructor(repository: RepositoryName, tag: Tag) {
    super(
      'DENIED',
      say(
        'tag-immutable',
      )`The tag ${{ repository }}:${{ tag }} is immutable by a rule of its project: it can neither be moved nor deleted. Nothing was changed; use another tag, or have the rule changed.`,
      { status: 412, detail: { tag } },
    );
    this.name = 'ImmutableTagError';
  }
}

/** Which of these tags some rule makes immutable. Within a rule, every selector must agree. */
export function immutableTags(rules: readonly TagRule[], repository: RepositoryName, tags: readonly Tag[]): readonly Tag[] {
  const rest = repository.slice(repository.indexOf('/') + 1);
  const here = rules.filter(({ scope_selectors: scope }) => (scope.repository ?? []).every((selector) => selects(selector, rest)));
  return tags.filter((tag) => here.some((rule) => rule.tag_selectors.every((selector) => selects(selector, tag))));
}
