import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { scenario } from '../harness/requirements.ts';
import { CHART, type Container, deployment, lint, notes, only, render, type Values } from './chart.ts';
import { checkValues, unknownFields } from './kubernetes-schemas.ts';

const DISK = {
  externalURL: 'https://registry.example.com',
  database: { existingSecret: 'berth-database' },
  expose: { tls: { secret: { secretName: 'berth-tls' } } },
};
const S3 = {
  ...DISK,
  replicas: 3,
  existingSecretSecretKey: 'berth-secret-key',
  existingSecretAdminPassword: 'berth-admin',
  persistence: { imageStorage: { type: 's3', s3: { bucket: 'images', existingSecret: 'berth-s3' } } },
};
const SHARED_DISK = {
  ...DISK,
  replicas: 2,
  existingSecretSecretKey: 'berth-secret-key',
  persistence: { persistentVolumeClaim: { registry: { accessMode: 'ReadWriteMany', storageClass: 'nfs' } } },
};
const EVERYTHING = {
  ...S3,
  fullnameOverride: 'images',
  imagePullSecrets: [{ name: 'pull' }],
  expose: {
    type: 'loadBalancer',
    tls: { secret: { secretName: 'berth-tls' } },
    loadBalancer: { IP: '192.0.2.7', loadBalancerClass: 'metal', sourceRanges: ['192.0.2.0/24'], annotations: { a: 'b' } },
  },
  persistence: {
    imageStorage: {
      type: 's3',
      disableredirect: true,
      s3: {
        bucket: 'images',
        region: 'eu-central-1',
        regionendpoint: 'https://s3.example.com',
        rootdirectory: 'berth/',
        forcepathstyle: false,
        serversideencryption: 'aws:kms',
        keyid: 'alias/berth',
        storageclass: 'STANDARD_IA',
      },
    },
  },
  metrics: {
    serviceMonitor: {
      enabled: true,
      additionalLabels: { release: 'prometheus' },
      interval: '30s',
      scrapeTimeout: '10s',
      relabelings: [{ action: 'labeldrop', regex: 'pod' }],
      metricRelabelings: [{ action: 'drop', regex: 'berth_nodejs_.*', sourceLabels: ['__name__'] }],
    },
    prometheusRule: { enabled: true, additionalLabels: { release: 'prometheus' } },
  },
  extraEnv: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/etc/ca.crt' }],
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'registry', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  priorityClassName: 'high',
  podAnnotations: { a: 'b' },
  podLabels: { team: 'platform' },
  serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn' } },
  networkPolicy: {
    enabled: true,
    from: [{ namespaceSelector: {} }],
    metricsFrom: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
    egress: [{ ports: [{ port: 5432 }] }],
  },
};
const COMBINATIONS: readonly [name: string, values: Values, kinds: readonly string[]][] = [
  ['one replica on a disk', DISK, ['Deployment', 'Ingress', 'PersistentVolumeClaim', 'Service', 'Service', 'ServiceAccount']],
  ['three replicas on S3', S3, ['Deployment', 'Ingress', 'PodDisruptionBudget', 'Service', 'Service', 'ServiceAccount']],
  [
    'two replicas on a shared disk',
    SHARED_DISK,
    ['Deployment', 'Ingress', 'PersistentVolumeClaim', 'PodDisruptionBudget', 'Service', 'Service', 'ServiceAccount'],
  ],
  [
    'a volume, a service account and a port of the node that exist, no metrics',
    {
      ...DISK,
      expose: { ...DISK.expose, type: 'nodePort' },
      metrics: { enabled: false },
      serviceAccount: { create: false, name: 'images' },
      persistence: { persistentVolumeClaim: { registry: { existingClaim: 'old', subPath: 'berth' } } },
    },
    ['Deployment', 'Service'],
  ],
  [
    'inside the cluster only, without TLS',
    { ...DISK, externalURL: 'http://berth.registry.svc:80', expose: { type: 'clusterIP', tls: { enabled: false } } },
    ['Deployment', 'PersistentVolumeClaim', 'Service', 'Service', 'ServiceAccount'],
  ],
  [
    'everything at once',
    EVERYTHING,
    ['Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'PrometheusRule', 'Service', 'Service', 'ServiceAccount', 'ServiceMonitor'],
  ],
];

scenario('the Helm chart', ['helm'], () => {
  it('pleases helm lint', () => expect(lint(S3)).toContain('0 chart(s) failed'));

  it.each(COMBINATIONS)('%s: objects that Kubernetes takes', (_name, values, kinds) => {
    const objects = render(values);
    expect(objects.map(({ kind }) => kind).sort()).toEqual(kinds);
    checkValues(objects);
    expect(deployment(objects).pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
    });
  });

  it('has no field that Kubernetes does not know, and would tell of one', () => {
    const objects = COMBINATIONS.flatMap(([, values]) => render(values));
    const misspelt = render(DISK);
    Object.assign(deployment(misspelt).container.securityContext ?? {}, { readOnlyRootFileSystem: true });
    expect(unknownFields([...objects, only(misspelt, 'Deployment')])).toEqual([
      expect.stringContaining(`'"readOnlyRootFileSystem"' does not exist`),
    ]);
  });

  it.each<[name: string, values: Values, sentence: string]>([
    ['nothing said', {}, 'externalURL is missing'],
    ['an address below a path', { ...DISK, externalURL: 'https://example.com/registry' }, 'a registry cannot live below a path'],
    ['a host that docker takes for a name at Docker Hub', { ...DISK, externalURL: 'https://registry' }, 'has no dot and no port'],
    ['TLS behind http', { ...DISK, externalURL: 'http://registry.example.com' }, 'begins with http:'],
    ['no certificate', { ...DISK, expose: {} }, 'no certificate is named'],
    [
      "a controller's certificate without a controller",
      { ...DISK, expose: { type: 'nodePort', tls: { certSource: 'none' } } },
      'needs a certificate',
    ],
    ['no database', { ...DISK, database: {} }, 'database.existingSecret is missing'],
    ['several replicas on a disk of one node', { ...DISK, replicas: 2 }, 'replicas is 2, but the images are on a disk that one node'],
    ['S3 without a bucket', { ...S3, persistence: { imageStorage: { type: 's3' } } }, 's3.bucket is missing'],
    ['no key and nothing to keep one', { ...S3, existingSecretSecretKey: '' }, 'existingSecretSecretKey is missing'],
    ['no password and nothing to keep one', { ...S3, existingSecretAdminPassword: '' }, 'existingSecretAdminPassword is missing'],
    ['several replicas without one key', { ...SHARED_DISK, existingSecretSecretKey: '' }, 'Several replicas need one key'],
    ['a value with a typing error', { ...DISK, externalUrl: 'https://registry.example.com' }, "additional properties 'externalUrl'"],
    ['a value deep below with a typing error', { ...DISK, expose: { ...DISK.expose, ingress: { class: 'x' } } }, "'class' not allowed"],
    ['a value of the wrong kind', { ...DISK, replicas: '2' }, 'got string, want integer'],
    ['a storage that is not there', { ...DISK, persistence: { imageStorage: { type: 'gcs' } } }, "must be one of 'filesystem', 's3'"],
  ])('refuses %s', (_name, values, sentence) => expect(() => render(values)).toThrow(sentence));

  it('knows every default by its schema, and has none that is a secret', () => {
    const defaults = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Values;
    const { properties } = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as { properties: Schema };
    expect(undescribed(defaults, properties)).toEqual([]);
    expect(JSON.stringify(render(EVERYTHING))).not.toContain('"kind":"Secret"');
  });

  it('gives a stopping pod time for its farewell and for draining', () => {
    const { pod, container } = deployment(render({ ...S3, farewellSeconds: 30, drainSeconds: 300 }));
    expect(environment(container)).toMatchObject({ BERTH_FAREWELL_SECONDS: '30', BERTH_DRAIN_SECONDS: '300' });
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(340);
    const { periodSeconds = Infinity, failureThreshold = Infinity } = container.readinessProbe ?? {};
    expect(periodSeconds * failureThreshold * 2).toBeLessThanOrEqual(15);
  });

  it('replaces pods one after another where two may be at work, and lets the old one go first where not', () => {
    expect(deployment(render(S3)).strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
    expect(deployment(render(SHARED_DISK)).strategy?.type).toBe('RollingUpdate');
    expect(deployment(render(DISK)).strategy).toEqual({ type: 'Recreate' });
    expect(deployment(render(S3)).pod.topologySpreadConstraints).toHaveLength(2);
  });

  it('hands secrets over as files, and the settings of S3 as they were given', () => {
    expect(environment(deployment(render(EVERYTHING)).container)).toMatchObject({
      BERTH_DATABASE_URL_FILE: '/run/secrets/berth/database/url',
      BERTH_S3_ENDPOINT: 'https://s3.example.com',
      BERTH_S3_FORCE_PATH_STYLE: 'false',
      BERTH_S3_PREFIX: 'berth/',
      BERTH_S3_REDIRECT: 'false',
      BERTH_S3_SERVER_SIDE_ENCRYPTION: 'aws:kms',
      BERTH_TLS_CERT: '/run/secrets/berth/tls/tls.crt',
      BERTH_UPGRADE_BACKUP_PLACE: 's3://images/berth/backups',
      NODE_EXTRA_CA_CERTS: '/etc/ca.crt',
    });
    const { pod, container } = deployment(render(S3));
    expect(environment(container)).toMatchObject({
      BERTH_S3_SECRET_ACCESS_KEY_FILE: '/run/secrets/berth/s3/secret-access-key',
      BERTH_SECRET_KEY_FILE: '/run/secrets/berth/secret-key/value',
      BERTH_TRUSTED_PROXIES: expect.stringContaining('10.0.0.0/8'),
    });
    const mounted = container.volumeMounts?.map(({ name }) => name).sort();
    expect(mounted).toEqual(pod.volumes?.map(({ name }) => name).sort());
    expect(mounted?.length).toBeGreaterThan(0);
  });

  it('tells the commands to go on with, under the name that clients use', () => {
    const told = notes({ ...DISK, externalURL: 'https://registry.example.com:8443' });
    expect(told).toContain('docker login registry.example.com:8443 -u admin');
    expect(told).toContain('kubectl exec deployment/berth -n registry -- cat /var/lib/berth/initial-admin-password');
    expect(notes(S3)).toContain(`-o go-template='{{index .data "HARBOR_ADMIN_PASSWORD" | base64decode}}{{"\\n"}}'`);
  });
});

interface Schema {
  readonly [key: string]: { readonly properties?: Schema };
}

/** Paths of values that the schema has no word for. */
function undescribed(values: Values, schema: Schema, above = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const known = schema[key];
    if (known === undefined) return [`${above}${key}`];
    if (known.properties === undefined || typeof value !== 'object' || value === null) return [];
    return undescribed(value as Values, known.properties, `${above}${key}.`);
  });
}

function environment({ env = [] }: Container): Record<string, string | undefined> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}
