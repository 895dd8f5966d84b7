import pg from 'pg';
import type { ConnectionOptions } from './connection-options.ts';

/** PostgreSQL error codes: invalid_catalog_name, invalid_password, invalid_authorization_specification. */
const NOT_YET_THERE = new Set(['3D000', '28P01', '28000']);

/**
 * Makes sure that Berth's role and database exist. One connection when they do, which proves at the same time that the database
 * really answers. The role owns its database and is not a superuser: what reaches SQL by a mistake of ours reaches no files.
 */
export async function provisionDatabase(own: ConnectionOptions, superuser: ConnectionOptions, isNew: boolean): Promise<void> {
  // Not tried on a new cluster: the refusal would stand in the log as if something were wrong.
  if (!isNew && (await canConnect(own))) return;
  const client = new pg.Client({ ...superuser, connectionTimeoutMillis: 30_000 });
  await client.connect();
  try {
    const role = client.escapeIdentifier(own.user);
    const password = client.escapeLiteral(own.password);
    const roles = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [own.user]);
    await client.query(`${roles.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${role} LOGIN PASSWORD ${password}`);
    const databases = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [own.database]);
    if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(own.database)} OWNER ${role}`);
  } finally {
    await client.end();
  }
}

async function canConnect(options: ConnectionOptions): Promise<boolean> {
  const client = new pg.Client({ ...options, connectionTimeoutMillis: 30_000 });
  try {
    await client.connect();
  } catch (error) {
    if (NOT_YET_THERE.has((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
  await client.end();
  return true;
}
