import { z } from 'zod';

/** `config` of an image's configuration (OCI image specification, config). Whoever pushed it wrote it, so nothing is taken for granted. */
export interface Config {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const words = z.array(z.string()).catch([]);
const keys = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((record) => Object.keys(record));

const shape = z
  .object({
    Entrypoint: words,
    Cmd: words,
    Env: words,
    WorkingDir: z.string().catch(''),
    User: z.string().catch(''),
    ExposedPorts: keys,
    Volumes: keys,
    Labels: z.record(z.string(), z.string()).catch({}),
  })
  .transform(
    (config): Config => ({
      entrypoint: config.Entrypoint,
      cmd: config.Cmd,
      env: config.Env,
      workingDir: config.WorkingDir,
      user: config.User,
      ports: config.ExposedPorts,
      volumes: config.Volumes,
      labels: config.Labels,
    }),
  );

/** Undefined where there is no such object at all, as for anything but images. */
export function parseConfig(value: unknown): Config | undefined {
  const parsed = shape.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
