import { join } from 'node:path';
import * as operator from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { PersistentVolumeClaim, Service, ServiceAccount } from 'kubernetes-models/v1';
import ts from 'typescript';
import type { KubernetesObject } from './chart.ts';

interface Kind {
  /** The module that has its type, `I` and the kind. */
  readonly module: string;
  /** Throws when the object is against the schema of Kubernetes (or of the Prometheus operator). */
  readonly check: (object: never) => void;
}

const KINDS: Readonly<Record<string, Kind>> = {
  Deployment: { module: 'kubernetes-models/apps/v1', check: (object) => new Deployment(object).validate() },
  Ingress: { module: 'kubernetes-models/networking.k8s.io/v1', check: (object) => new Ingress(object).validate() },
  NetworkPolicy: { module: 'kubernetes-models/networking.k8s.io/v1', check: (object) => new NetworkPolicy(object).validate() },
  PodDisruptionBudget: { module: 'kubernetes-models/policy/v1', check: (object) => new PodDisruptionBudget(object).validate() },
  PersistentVolumeClaim: { module: 'kubernetes-models/v1', check: (object) => new PersistentVolumeClaim(object).validate() },
  Service: { module: 'kubernetes-models/v1', check: (object) => new Service(object).validate() },
  ServiceAccount: { module: 'kubernetes-models/v1', check: (object) => new ServiceAccount(object).validate() },
  ServiceMonitor: {
    module: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
    check: (object) => new operator.ServiceMonitor(object).validate(),
  },
  PrometheusRule: {
    module: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
    check: (object) => new operator.PrometheusRule(object).validate(),
  },
};

/** Throws when an object has a value that Kubernetes' own schema refuses, or lacks one that it requires. */
export function checkValues(objects: readonly KubernetesObject[]): void {
  for (const object of objects) {
    try {
      kindOf(object).check(object as never);
    } catch (error) {
      throw new Error(`${object.kind} ${object.metadata.name}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/**
 * Fields that Kubernetes does not know, as sentences of the compiler: the schemas let them pass, as an API server does, which drops them;
 * a misspelt `readOnlyRootFileSystem` would look as if it were there. Types made of the same schemas refuse them in a literal.
 */
export function unknownFields(objects: readonly KubernetesObject[]): string[] {
  const text = objects
    .map((object, index) => {
      const { module } = kindOf(object);
      return `import type { I${object.kind} as T${index} } from '${module}';\nexport const o${index}: T${index} = ${JSON.stringify(object)};`;
    })
    .join('\n');
  const path = join(import.meta.dirname, 'rendered.virtual.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.readFile = (name) => (name === path ? text : readFile(name));
  host.getSourceFile = (name, ...rest) =>
    name === path ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([path], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

function kindOf(object: KubernetesObject): Kind {
  const kind = KINDS[object.kind];
  if (kind === undefined) throw new Error(`No schema is known here for the kind ${object.kind}.`);
  return kind;
}
