import { connect, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls } from 'node:tls';
import type { AuditEntry } from '@berth/access';
import type { TroubleReport } from '@berth/registry';

/** Security/authorization messages, informational (RFC 5424, section 6.2.1: 10 * 8 + 6). */
const PRIORITY = 86;
const CONNECT_MS = 5_000;
/** A server that does not read: what would be kept for it beyond this is dropped. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
const REPORT_MS = 60_000;
/** How long a stop waits for records that were given already. */
const CLOSE_MS = 2_000;

export interface SyslogForwarderOptions {
  readonly report: TroubleReport;
  /** Certificates (PEM) of the authorities that vouch for servers, in place of those that Node knows. */
  readonly authorities?: string;
}

/** Sends audit records to a syslog server over TCP or TLS: RFC 5424 messages, framed by their length (RFC 6587, 3.4.1). Nobody waits for it. */
export class SyslogForwarder {
  readonly #report: TroubleReport;
  readonly #authorities: string | undefined;
  #endpoint = '';
  #socket: Socket | undefined;
  #reportedAt = 0;

  constructor({ report, authorities }: SyslogForwarderOptions) {
    this.#report = report;
    this.#authorities = authorities;
  }

  send(endpoint: string, entries: readonly AuditEntry[]): void {
    if (endpoint !== this.#endpoint) {
      void this.close();
      this.#endpoint = endpoint;
    }
    this.#socket ??= this.#open(endpoint);
    for (const entry of entries) {
      if (this.#socket.writableLength > MAX_BUFFERED_BYTES)
        return this.#trouble(new Error('The syslog server does not keep up; records were not forwarded.'));
      this.#socket.write(framed(entry));
    }
  }

  /** What was given is sent first, when the server takes it within seconds. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.destroy(new Error('The syslog server did not take the last records in time.')), CLOSE_MS);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      socket.once('finish', done);
      socket.once('close', done);
      socket.end();
    });
  }

  #open(endpoint: string): Socket {
    const { protocol, hostname: host, port } = new URL(endpoint.includes('://') ? endpoint : `tcp://${endpoint}`);
    const target = { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
    const socket = protocol === 'tls:' ? this.#openTls(target) : connect(target);
    socket.setTimeout(CONNECT_MS, () => {
      if (socket.connecting) socket.destroy(new Error(`The syslog server ${endpoint} does not answer.`));
    });
    socket.unref();
    socket.on('error', (error) => this.#trouble(error));
    // The next record opens another.
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
    return socket;
  }

  #openTls(target: { readonly host: string; readonly port: number }): Socket {
    // An address is no server name (RFC 6066, section 3); the certificate is compared with it all the same.
    const name = isIP(target.host) === 0 ? { servername: target.host } : {};
    return connectTls({ ...target, ...name, ...(this.#authorities !== undefined && { ca: this.#authorities }) });
  }

  /** A server that is away is told of once a minute, not with every record. */
  #trouble(error: Error): void {
    if (Date.now() - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = Date.now();
    this.#report(error, 'forwarding audit records to the syslog server');
  }
}

function framed(entry: AuditEntry): string {
  const data = { ...entry, project: entry.project ?? null };
  const message = `<${PRIORITY}>1 ${new Date().toISOString()} ${hostname()} berth ${process.pid} audit - ${JSON.stringify(data)}`;
  return `${Buffer.byteLength(message)} ${message}`;
}
