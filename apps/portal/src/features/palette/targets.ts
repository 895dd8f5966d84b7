/** Where an entry of the palette leads. */
export type Target =
  | { readonly kind: 'page'; readonly to: string; readonly label: string }
  | { readonly kind: 'project'; readonly project: string }
  | { readonly kind: 'repository'; readonly project: string; readonly repository: string }
  /** A tag or a digest. */
  | { readonly kind: 'artifact'; readonly project: string; readonly repository: string; readonly reference: string };

const SHORT = 19;

/** As it is shown: `team/web/app:v1`, `team/web/app@sha256:0123456789ab`. */
export function labelOf(target: Target): string {
  switch (target.kind) {
    case 'page':
      return target.label;
    case 'project':
      return target.project;
    case 'repository':
      return `${target.project}/${target.repository}`;
    case 'artifact':
      return `${target.project}/${target.repository}${referenceText(target.reference)}`;
  }
}

function referenceText(reference: string): string {
  return reference.includes(':') ? `@${reference.slice(0, SHORT)}` : `:${reference}`;
}

/** `team/web/app` -> the project and the rest. */
export function repositoryParts(name: string): { readonly project: string; readonly repository: string } {
  const slash = name.indexOf('/');
  return { project: name.slice(0, slash), repository: name.slice(slash + 1) };
}

/** Reads what was kept; what makes no sense is left out. */
export function parseTarget(value: unknown): Target | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, project, repository, reference } = value as Readonly<Record<string, unknown>>;
  if (typeof project !== 'string' || project === '') return undefined;
  if (kind === 'project') return { kind, project };
  if (typeof repository !== 'string' || repository === '') return undefined;
  if (kind === 'repository') return { kind, project, repository };
  if (kind === 'artifact' && typeof reference === 'string' && reference !== '') return { kind, project, repository, reference };
  return undefined;
}
