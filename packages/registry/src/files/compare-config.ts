import type { Platform } from '@berth/oci';

/** One line of an image's config that differs. Absent sides do not have it. */
export interface ConfigChange {
  readonly field: ConfigField;
  /** Of a field with several values, which: the variable, the label, the port. */
  readonly name?: string;
  readonly from?: string;
  readonly to?: string;
}

export type ConfigField =
  | 'platform'
  | 'created'
  | 'env'
  | 'label'
  | 'port'
  | 'volume'
  | 'user'
  | 'workdir'
  | 'entrypoint'
  | 'cmd'
  | 'stopsignal'
  | 'healthcheck';

type Json = Readonly<Record<string, unknown>>;
/** Most lines that are told, and characters of a value. */
const MAX_CHANGES = 1_000;
const MAX_VALUE = 4_096;

/** What differs between the configs of two images (OCI image specification, config.md), field by field. */
export function compareConfigs(from: Json, to: Json): readonly ConfigChange[] {
  const [left, right] = [linesOf(from), linesOf(to)];
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys
    .flatMap((key) => {
      const [one, other] = [left.get(key), right.get(key)];
      const line = one ?? other;
      if (line === undefined || one?.value === other?.value) return [];
      return [
        {
          field: line.field,
          ...(line.name === undefined ? {} : { name: line.name }),
          ...(one === undefined ? {} : { from: one.value }),
          ...(other === undefined ? {} : { to: other.value }),
        },
      ];
    })
    .slice(0, MAX_CHANGES);
}

interface Line {
  readonly field: ConfigField;
  readonly name?: string;
  readonly value: string;
}

function linesOf(image: Json): ReadonlyMap<string, Line> {
  const config = objectOf(image['config']);
  const { os, architecture, variant } = image as Partial<Platform>;
  const single: readonly (readonly [ConfigField, unknown])[] = [
    ['platform', [os, architecture, variant].filter((part) => typeof part === 'string' && part !== '').join('/')],
    ['created', image['created']],
    ['user', config['User']],
    ['workdir', config['WorkingDir']],
    ['entrypoint', commandOf(config['Entrypoint'])],
    ['cmd', commandOf(config['Cmd'])],
    ['stopsignal', config['StopSignal']],
    ['healthcheck', config['Healthcheck'] === undefined ? undefined : JSON.stringify(config['Healthcheck'])],
  ];
  const lines: Line[] = single.flatMap(([field, value]) => (typeof value === 'string' && value !== '' ? [{ field, value }] : []));
  for (const text of listOf(config['Env'])) {
    const equals = text.indexOf('=');
    lines.push({ field: 'env', name: equals === -1 ? text : text.slice(0, equals), value: equals === -1 ? '' : text.slice(equals + 1) });
  }
  for (const [name, value] of Object.entries(objectOf(config['Labels']))) lines.push({ field: 'label', name, value: String(value) });
  for (const name of Object.keys(objectOf(config['ExposedPorts']))) lines.push({ field: 'port', name, value: '' });
  for (const name of Object.keys(objectOf(config['Volumes']))) lines.push({ field: 'volume', name, value: '' });
  return new Map(lines.map((line) => [`${line.field} ${line.name ?? ''}`, { ...line, value: line.value.slice(0, MAX_VALUE) }]));
}

/** As it stands in a Dockerfile. */
function commandOf(value: unknown): string | undefined {
  return Array.isArray(value) && value.length > 0 ? JSON.stringify(value) : undefined;
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
