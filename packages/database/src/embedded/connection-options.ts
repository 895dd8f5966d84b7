/** How to reach a Postgres over its Unix socket. */
export interface ConnectionOptions {
  /** Directory of the socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** The same as a URL that pg, knex and libpq all read. Holds the password: never log it. */
export function connectionUrl(options: ConnectionOptions): string {
  const login = `${encodeURIComponent(options.user)}:${encodeURIComponent(options.password)}`;
  return `postgresql://${login}@${encodeURIComponent(options.host)}:${options.port}/${encodeURIComponent(options.database)}`;
}
