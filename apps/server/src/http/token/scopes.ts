import { OciError, parseRepositoryName, type RepositoryName } from '@berth/oci';
import type { ScopeAction } from '@berth/tokens';

/** What a token request asks for, in one shape whatever the client wrote. */
export interface RequestedScopes {
  readonly repositories: ReadonlyMap<RepositoryName, ReadonlySet<ScopeAction>>;
  readonly catalog: boolean;
}

const MAX_SCOPES = 100;
const MAX_SCOPE_LENGTH = 512;
/** All scopes together: the token that grants them must fit into a header (16 KiB in Node, 8 KiB in many proxies). */
const MAX_SCOPES_LENGTH = 4_096;
const EVERY_ACTION: readonly ScopeAction[] = ['pull', 'push', 'delete'];

/**
 * Reads `scope` parameters: repeated, or several in one separated by spaces; each `type:name:action,action` (distribution's token
 * specification, with `*` for every action). What is not understood grants nothing, as that specification wants; what is too much is
 * refused (400) with a sentence that names the limit.
 */
export function parseScopes(texts: readonly string[]): RequestedScopes {
  const scopes = texts.flatMap((text) => text.split(' ')).filter((scope) => scope !== '');
  const total = scopes.reduce((sum, scope) => sum + scope.length, 0);
  if (scopes.length > MAX_SCOPES || total > MAX_SCOPES_LENGTH || scopes.some((scope) => scope.length > MAX_SCOPE_LENGTH)) {
    const limits = `${MAX_SCOPES} scopes of ${MAX_SCOPE_LENGTH} characters, ${MAX_SCOPES_LENGTH} characters together`;
    throw new OciError('UNSUPPORTED', `A token covers at most ${limits}: ask for fewer.`, { status: 400 });
  }
  const repositories = new Map<RepositoryName, Set<ScopeAction>>();
  let catalog = false;
  for (const scope of scopes) {
    const first = scope.indexOf(':');
    const last = scope.lastIndexOf(':');
    if (first < 0 || first === last) continue;
    // `repository(class)` is how distribution marks plugins; the class changes no right.
    const type = scope.slice(0, first).replace(/\([a-z0-9]+\)$/, '');
    const name = scope.slice(first + 1, last);
    const actions = scope.slice(last + 1).split(',');
    if (type === 'registry' && name === 'catalog' && actions.includes('*')) catalog = true;
    const repository = type === 'repository' ? repositoryOf(name) : undefined;
    if (repository === undefined) continue;
    const asked = repositories.get(repository) ?? new Set();
    for (const action of EVERY_ACTION) if (actions.includes(action) || actions.includes('*')) asked.add(action);
    repositories.set(repository, asked);
  }
  return { repositories, catalog };
}

/** A name that cannot exist gets no grant; /v2 then says what is wrong with it. */
function repositoryOf(name: string): RepositoryName | undefined {
  try {
    return parseRepositoryName(name);
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}
