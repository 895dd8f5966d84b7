import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Databases for tests: one Postgres per test run, one template with the whole schema, one clone of it per test file.
 * testkit knows neither the embedded Postgres nor the migrations (that would be a circle); both are handed to it. Tests use the
 * ready-made helper of @berth/database/testing.
 */
export interface TemplateDriver {
  /** Starts (or finds) a Postgres; the URL's user may create databases. */
  start(): Promise<RunningServer>;
  /** Brings the schema of the database at `url` up to date and closes its connections. */
  migrate(url: string): Promise<void>;
  /** Runs one statement outside a transaction. */
  execute(url: string, statement: string): Promise<void>;
}

export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Plain data: a test runner hands it from its main process to its workers. */
export interface TemplateDatabase {
  /** Of the server's own database, from which databases are created. */
  readonly serverUrl: string;
  readonly name: string;
}

export interface CreatedTemplate {
  readonly template: TemplateDatabase;
  /** Drops the template and stops the server. */
  destroy(): Promise<void>;
}

export interface TestDatabase {
  readonly url: string;
  /** Ends whatever is still connected and drops the database. */
  drop(): Promise<void>;
}

/** Starts the server and makes the migrated template. */
export async function createTemplate(driver: TemplateDriver): Promise<CreatedTemplate> {
  const server = await driver.start();
  const name = `berth_template_${randomBytes(6).toString('hex')}`;
  try {
    await driver.execute(server.url, `CREATE DATABASE ${name}`);
    await driver.migrate(databaseUrl(server.url, name));
    // A template that anybody is connected to (autovacuum counts) cannot be cloned.
    await driver.execute(server.url, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    template: { serverUrl: server.url, name },
    destroy: async () => {
      await drop(driver, server.url, name);
      await server.stop();
    },
  };
}

/** Clones the template under a name that is never used twice. */
export async function cloneTemplate(driver: Pick<TemplateDriver, 'execute'>, template: TemplateDatabase): Promise<TestDatabase> {
  const name = `berth_test_${randomBytes(8).toString('hex')}`;
  await driver.execute(template.serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template.name}`);
  return {
    url: databaseUrl(template.serverUrl, name),
    drop: () => drop(driver, template.serverUrl, name),
  };
}

/** insufficient_privilege */
const NOT_OURS_TO_END = '42501';
const DROP_ATTEMPTS = 100;

/** Autovacuum may be at work in it, whose processes belong to the superuser: nobody else can end them, but they end by themselves. */
async function drop(driver: Pick<TemplateDriver, 'execute'>, serverUrl: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await driver.execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    } catch (error) {
      if ((error as { code?: unknown }).code !== NOT_OURS_TO_END || attempt === DROP_ATTEMPTS) throw error;
      await sleep(100);
    }
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
