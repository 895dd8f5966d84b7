import { isLoopback } from '../../shared/content/is-loopback.ts';

export interface Registry {
  /** `host[:port]` as it stands in image names. */
  readonly host: string;
  readonly isPlain: boolean;
}

export interface MachineFile {
  readonly path: string;
  readonly text: string;
}

export interface ToolSetup {
  readonly files: readonly MachineFile[];
  /** Commands to run after that. */
  readonly commands: readonly string[];
}

export const MACHINE_TOOLS = {
  docker: 'Docker',
  podman: 'Podman, skopeo, buildah',
  containerd: 'containerd, nerdctl, Kubernetes',
} as const;
export type MachineTool = keyof typeof MACHINE_TOOLS;

/** Which files a tool needs for this registry, with their content; none where it needs nothing. */
export function machineSetup(tool: MachineTool, registry: Registry): ToolSetup {
  switch (tool) {
    case 'docker':
      return docker(registry);
    case 'podman':
      return podman(registry);
    case 'containerd':
      return containerd(registry);
  }
}

function docker({ host, isPlain }: Registry): ToolSetup {
  if (!isPlain) return { files: [], commands: [`sudo install -D -m 644 ca.crt /etc/docker/certs.d/${host}/ca.crt`] };
  // 127.0.0.0/8 and ::1 are insecure registries by themselves, and a restart would stop containers for nothing.
  if (isLoopback(host)) return { files: [], commands: [] };
  return {
    files: [{ path: '/etc/docker/daemon.json', text: JSON.stringify({ 'insecure-registries': [host] }, null, 2) }],
    commands: ['sudo systemctl restart docker'],
  };
}

function podman({ host, isPlain }: Registry): ToolSetup {
  if (!isPlain) return { files: [], commands: [`sudo install -D -m 644 ca.crt /etc/containers/certs.d/${host}/ca.crt`] };
  return {
    files: [{ path: '/etc/containers/registries.conf.d/berth.conf', text: `[[registry]]\nlocation = "${host}"\ninsecure = true` }],
    commands: [],
  };
}

function containerd({ host, isPlain }: Registry): ToolSetup {
  const folder = `/etc/containerd/certs.d/${host}`;
  const url = `${isPlain ? 'http' : 'https'}://${host}`;
  const ca = isPlain ? '' : `\n  ca = "${folder}/ca.crt"`;
  const hosts = `server = "${url}"\n\n[host."${url}"]\n  capabilities = ["pull", "resolve", "push"]${ca}`;
  return {
    files: [{ path: `${folder}/hosts.toml`, text: hosts }],
    commands: isPlain ? [] : [`sudo install -D -m 644 ca.crt ${folder}/ca.crt`],
  };
}

/** Docker takes a first part without dot, port or `localhost` for a project on Docker Hub. */
export function isSingleLabel(host: string): boolean {
  return !/[.:]/.test(host) && host !== 'localhost';
}
