/** What decides the settings of one start. */
export interface SettingsInput {
  readonly major: number;
  readonly socketDirectory: string;
  /** Default {@link SOCKET_PORT}. */
  readonly port?: number;
  readonly maxConnections: number;
  /** False only for databases of tests: no fsync, so a power cut may lose everything. */
  readonly durable: boolean;
}

/** The file name of the socket is .s.PGSQL.5432 in a directory of its own; nothing listens on that TCP port. */
export const SOCKET_PORT = 5432;

/**
 * Settings given on the command line, where they win over postgresql.conf. Sized for a registry's small rows on a small
 * machine: Berth and Postgres together stay below 250 MB when idle.
 */
export function serverSettings(input: SettingsInput): readonly string[] {
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: input.socketDirectory,
    unix_socket_permissions: '0700',
    port: String(input.port ?? SOCKET_PORT),
    max_connections: String(input.maxConnections),
    shared_buffers: '32MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    // Hot reads must not wait for a compiler, and parallel workers would only compete with the HTTP process for the cores.
    jit: 'off',
    max_parallel_workers_per_gather: '0',
    max_logical_replication_workers: '0',
    // An acknowledged push must survive a power cut (law 1).
    fsync: input.durable ? 'on' : 'off',
    synchronous_commit: input.durable ? 'on' : 'off',
    full_page_writes: input.durable ? 'on' : 'off',
    max_wal_size: '512MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: '',
    log_checkpoints: 'off',
    // Failing statements are reported by who sent them; their text may hold a secret and does not belong in the log.
    log_min_error_statement: 'panic',
    cluster_name: 'berth',
  };
  // Postgres 18 keeps three I/O worker processes for reads that a registry's database never does.
  if (input.major >= 18) settings['io_method'] = 'sync';
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
