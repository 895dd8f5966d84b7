export const TOOLS = {
  docker: 'docker',
  podman: 'podman',
  nerdctl: 'nerdctl',
  skopeo: 'skopeo',
  oras: 'oras',
  helm: 'helm',
  kubernetes: 'Kubernetes',
} as const;
export type Tool = keyof typeof TOOLS;

/** Tools that can do something with an artifact of this kind. */
export function toolsFor(type: string): readonly Tool[] {
  if (type === 'IMAGE') return ['docker', 'podman', 'nerdctl', 'skopeo', 'oras', 'kubernetes'];
  if (type === 'CHART') return ['helm', 'oras', 'skopeo'];
  return ['oras', 'skopeo'];
}

export interface Image {
  /** `host[:port]`. */
  readonly host: string;
  /** With the project. */
  readonly repository: string;
  readonly digest: string;
  /** Without one the digest is named. */
  readonly tag?: string;
}

/** A command that runs unchanged. */
export function snippet(tool: Tool, image: Image): string {
  const name = `${image.host}/${image.repository}`;
  const reference = image.tag === undefined ? `${name}@${image.digest}` : `${name}:${image.tag}`;
  const file = `${image.repository.slice(image.repository.lastIndexOf('/') + 1)}.tar`;
  switch (tool) {
    case 'docker':
    case 'podman':
    case 'nerdctl':
      return `${tool} pull ${reference}`;
    case 'skopeo':
      return `skopeo copy docker://${reference} oci-archive:${file}`;
    case 'oras':
      return `oras pull ${reference}`;
    case 'helm':
      return image.tag === undefined
        ? `helm pull oci://${name}@${image.digest}`
        : `helm pull oci://${name} --version ${image.tag.replaceAll('_', '+')}`;
    case 'kubernetes':
      return `kubectl create secret docker-registry berth --docker-server=${image.host} --docker-username="$USER" --docker-password="$PASSWORD"\nkubectl run app --image=${reference} --overrides='{"spec":{"imagePullSecrets":[{"name":"berth"}]}}'`;
  }
}
