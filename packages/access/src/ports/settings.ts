/** System settings kept in the database, changed through the API, read by every process. */
export interface AccessSettings {
  /** Harbor: project_creation_restriction. */
  readonly projectCreation: 'everyone' | 'adminonly';
  /** A first push to an absent project creates it. */
  readonly createProjectOnPush: boolean;
  /** Harbor: robot_name_prefix. What a robot's name starts with when it signs in. */
  readonly robotNamePrefix: string;
  /** Harbor: robot_token_duration, in days. For robots whose creator names no duration; -1 for never. */
  readonly robotDurationDays: number;
  /** Harbor: session_timeout. Minutes without a request after which a browser's session ends. */
  readonly sessionIdleMinutes: number;
}

/** Settings of the whole system, by Harbor's names, as they are kept and shown. */
export interface SystemSettings {
  /** Nothing may be pushed, deleted or changed. */
  readonly read_only: boolean;
  /** What the portal shows on top of every page; Harbor's own JSON text or plain text. */
  readonly banner_message: string;
  readonly quota_per_project_enable: boolean;
  /** Bytes that a new project may hold; -1 for no limit. */
  readonly storage_per_project: number;
  /** `host:port`, `tcp://host:port` or `tls://host:port` of a syslog server; empty for none. */
  readonly audit_log_forward_endpoint: string;
  /** The audit log goes to the syslog server only. */
  readonly skip_audit_log_database: boolean;
  /** Names of audit events that are not kept, joined by commas. */
  readonly disabled_audit_log_event_types: string;
  /** Berth's own: pulls are told in the audit log, too. */
  readonly audit_log_pulls: boolean;
  /** Berth's own: how long what is deleted can be restored; 0 for not at all. Counts for what is deleted from now on. */
  readonly trash_retention_days: number;
  /** Berth's own: what is in the trash counts in quotas until it is purged. */
  readonly trash_counts_in_quota: boolean;
}

export interface Settings {
  system(): Promise<SystemSettings>;
  /** Settings that are not named keep their values. */
  saveSystem(settings: Partial<SystemSettings>): Promise<void>;
  access(): Promise<AccessSettings>;
  /** Settings that are not named keep their values. */
  saveAccess(settings: Partial<AccessSettings>): Promise<void>;
}
