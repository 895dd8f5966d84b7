import type { AuditEntry, AuditLog, LiveSettings } from '@berth/access';
import type { TroubleReport } from '@berth/registry';
import { SyslogForwarder } from './syslog-forwarder.ts';

/** How long a pull may wait to be written together with others. */
const FLUSH_MS = 1_000;
const MAX_WAITING = 5_000;

export interface AuditRecorderOptions {
  readonly log: Pick<AuditLog, 'append'>;
  readonly settings: Pick<LiveSettings, 'get'>;
  readonly report: TroubleReport;
}

/** Writes to the audit log, and forwards, as the settings say. */
export class AuditRecorder {
  readonly #options: AuditRecorderOptions;
  readonly #forwarder: SyslogForwarder;
  #waiting: AuditEntry[] = [];
  #lost = 0;
  #pulls = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AuditRecorderOptions) {
    this.#options = options;
    this.#forwarder = new SyslogForwarder({ report: options.report });
  }

  /** Kept when this resolves. For writes, before they are acknowledged. */
  async record(entry: AuditEntry): Promise<void> {
    await this.#write([entry]);
  }

  /** As the settings were within the last seconds; asks nothing that takes time. */
  tellsPulls(): boolean {
    const settings = this.#options.settings.get();
    if (settings instanceof Promise) {
      settings.then(
        (read) => (this.#pulls = read.audit_log_pulls),
        (error: unknown) => this.#options.report(error, 'reading the settings of the audit log'),
      );
    } else this.#pulls = settings.audit_log_pulls;
    return this.#pulls;
  }

  /** Written within seconds, together with others; a flood is counted, not kept. */
  recordPull(entry: AuditEntry): void {
    if (this.#waiting.length >= MAX_WAITING) this.#lost += 1;
    else this.#waiting.push(entry);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Writes what waits. Before the process ends, too. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [entries, lost] = [this.#waiting, this.#lost];
    this.#waiting = [];
    this.#lost = 0;
    try {
      await this.#write(entries);
      if (lost > 0) throw new Error(`${lost} pulls came too fast to be told in the audit log.`);
    } catch (error) {
      this.#options.report(error, 'writing pulls to the audit log');
    }
  }

  /** After the last request: what waits is written and forwarded. */
  async close(): Promise<void> {
    await this.flush();
    await this.#forwarder.close();
  }

  async #write(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const settings = await this.#options.settings.get();
    const disabled = new Set(settings.disabled_audit_log_event_types.split(',').map((name) => name.trim()));
    const kept = entries.filter((entry) => !disabled.has(eventType(entry)));
    if (settings.audit_log_forward_endpoint !== '') this.#forwarder.send(settings.audit_log_forward_endpoint, kept);
    if (!settings.skip_audit_log_database) await this.#options.log.append(kept);
  }
}

/** Harbor's name of an event: `create_artifact`. */
export function eventType({ operation, resourceType }: Pick<AuditEntry, 'operation' | 'resourceType'>): string {
  return `${operation}_${resourceType}`;
}
