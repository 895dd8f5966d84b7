/** Long work that people start by hand or plan; the names in the API and in the database. */
export const WORK_KINDS = {
  /** Compares database and storage. */
  fsck: 'storage-fsck',
  /** Reads and hashes every blob. */
  scrub: 'storage-scrub',
  purgeAudit: 'purge-audit-log',
} as const;
