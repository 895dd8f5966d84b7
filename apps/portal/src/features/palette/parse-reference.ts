export interface ParsedReference {
  readonly project: string;
  /** Without the project. */
  readonly repository: string;
  /** A tag or a digest, when one was named. */
  readonly reference?: string;
}

const DIGEST = /@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const TAG = /:([A-Za-z0-9_][A-Za-z0-9._-]{0,127})$/;

const HOST = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?$|^[a-z0-9-]+:\d+$/i;

/** What people copy along: the command, or the scheme that skopeo and helm want. */
const BEFORE = /^(?:(?:sudo\s+)?(?:docker|podman|nerdctl)\s+(?:image\s+)?(?:pull|push)\s+)?(?:https?:\/\/|docker:\/\/|oci:\/\/)?/;

/** `host:port/project/app:tag`, with or without host, tag and digest; what is no such thing answers undefined. */
export function parseReference(pasted: string): ParsedReference | undefined {
  const text = pasted.trim().replace(BEFORE, '');
  const digest = DIGEST.exec(text)?.[1];
  const named = text.replace(DIGEST, '');
  const tag = TAG.exec(named)?.[1];
  const parts = (tag === undefined ? named : named.slice(0, -tag.length - 1)).split('/');
  // As Docker does: a first part with a dot or a colon, or localhost, is a host.
  if (parts.length > 2 && HOST.test(parts[0] ?? '')) parts.shift();
  const [project, ...rest] = parts;
  const repository = rest.join('/');
  if (project === undefined || !/^[a-z0-9]+([._-]+[a-z0-9]+)*$/.test(project) || !/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(repository))
    return undefined;
  const reference = digest ?? tag;
  return { project, repository, ...(reference === undefined ? {} : { reference }) };
}
