import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs of the newer client set: a folder with a Debian 13 file tree, named by BERTH_E2E_TOOLS (see .ci/run). */
const NEWER: Readonly<Record<string, string>> = {
  oras: 'usr/bin/oras',
  cosign: 'usr/bin/cosign',
  'dockerd-26': 'usr/sbin/dockerd',
  'docker-26': 'usr/bin/docker',
  'containerd-1.7': 'usr/bin/containerd',
  buildx: 'usr/libexec/docker/cli-plugins/docker-buildx',
  helm: 'usr/bin/helm',
  promtool: 'usr/bin/promtool',
  'compose-v2': 'usr/libexec/docker/cli-plugins/docker-compose',
};

/** Full path of a tool, or undefined when this machine lacks it. */
export function toolPath(name: string): string | undefined {
  const inTree = NEWER[name];
  const tree = process.env['BERTH_E2E_TOOLS'];
  if (inTree !== undefined && tree !== undefined && existsSync(join(tree, inTree))) return join(tree, inTree);
  return findOnPath(name);
}

/** Like toolPath for a tool that the scenario has already asked for. */
export function requireTool(name: string): string {
  const path = toolPath(name);
  if (path === undefined) throw new Error(`${name} is not installed.`);
  return path;
}

/** Looks a program up as a shell would, also where only root's PATH leads. */
function findOnPath(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
