import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import { parseAllDocuments, stringify } from 'yaml';
import { requireTool } from '../harness/tools.ts';

export const CHART = join(import.meta.dirname, '../../deploy/helm/berth');

/** What a Kubernetes object has in common with all others; the rest is looked into by path. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  /** Each kind has its own, which is checked against Kubernetes' schemas. */
  readonly spec?: unknown;
}

export type Values = Readonly<Record<string, unknown>>;

/** The objects that helm makes of the chart with these values, after the schema of values; throws its sentence when it refuses. */
export function render(values: Values): KubernetesObject[] {
  const { status, stdout, stderr } = helm(['template', 'berth', CHART, '--namespace', 'registry', '--values', '-'], stringify(values));
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const object = document.toJS() as KubernetesObject | null;
    return object === null ? [] : [object];
  });
}

/** What `helm install` tells at its end. */
export function notes(values: Values): string {
  const { status, stdout, stderr } = helm(
    ['install', 'berth', CHART, '--namespace', 'registry', '--dry-run=client', '--output', 'json', '--values', '-'],
    stringify(values),
  );
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { info: { notes: string } }).info.notes;
}

/** Throws what `helm lint` holds against the chart. */
export function lint(values: Values): string {
  return execFileSync(requireTool('helm'), ['lint', '--strict', CHART, '--values', '-'], { input: stringify(values), encoding: 'utf8' });
}

function helm(parameters: readonly string[], input: string): { status: number | null; stdout: string; stderr: string } {
  // No cluster is asked, wherever the machine's own configuration leads.
  const env = { ...process.env, KUBECONFIG: '/dev/null' };
  return spawnSync(requireTool('helm'), parameters, { input, encoding: 'utf8', env, timeout: 60_000 });
}

type DeploymentSpec = NonNullable<IDeployment['spec']>;
export type Pod = NonNullable<DeploymentSpec['template']['spec']>;
export type Container = Pod['containers'][number];

/** What the one Deployment among the objects says of itself, of its pods, and of the one container in them. */
export function deployment(objects: readonly KubernetesObject[]): DeploymentSpec & { readonly pod: Pod; readonly container: Container } {
  const spec = only(objects, 'Deployment').spec as DeploymentSpec;
  const pod = spec.template.spec;
  const container = pod?.containers[0];
  if (pod === undefined || container === undefined) throw new Error('The Deployment has no pod with a container.');
  return { ...spec, pod, container };
}

/** The one object of a kind, by name where there are several. */
export function only(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.filter((object) => object.kind === kind && (name === undefined || object.metadata.name === name));
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} objects of kind ${kind} instead of one.`);
  return first;
}
