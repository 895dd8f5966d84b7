import { hostname, userInfo } from 'node:os';
import { type AuditEntry, LiveSettings } from '@berth/access';
import { createAuditLog, createSettings } from '@berth/database';
import type { TroubleReport } from '@berth/registry';
import type { Knex } from 'knex';
import { AuditRecorder } from './audit-recorder.ts';

/** What was done, in the words of the audit log. */
export interface CommandDone extends Pick<AuditEntry, 'operation' | 'resourceType' | 'resource' | 'description'> {
  /** Default true. */
  readonly successful?: boolean;
}

/**
 * Tells the audit log, and whoever it is forwarded to, of what is done by a command on the server's own machine, where nobody signs in: as
 * `shell:` and the name that the system has for who ran it (no user of the registry has a colon in his name), from the name of the machine.
 */
export class CommandAudit {
  readonly #recorder: AuditRecorder;

  constructor(knex: Knex, report: TroubleReport) {
    this.#recorder = new AuditRecorder({ log: createAuditLog(knex), settings: new LiveSettings(createSettings(knex)), report });
  }

  /** Kept when this resolves. */
  record({ successful = true, ...what }: CommandDone): Promise<void> {
    const status = successful ? 200 : 500;
    return this.#recorder.record({
      ...what,
      successful,
      status,
      actor: 'shell',
      username: `shell:${systemUser()}`,
      address: hostname(),
      requestId: '',
    });
  }

  close(): Promise<void> {
    return this.#recorder.close();
  }
}

/** A container may run as an id that has no name. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
