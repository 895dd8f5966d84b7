import { OciError, say } from '@berth/oci';

export interface QuotaRefusal {
  readonly projectId: number;
  /** Bytes. */
  readonly used: number;
  readonly hard: number;
  readonly needed: number;
}

/** What was offered does not fit into the quota of its project; nothing of it was stored. Docker shows the sentence of a DENIED. */
export class QuotaExceededError extends OciError {
  readonly refusal: QuotaRefusal;

  constructor(refusal: QuotaRefusal, cause?: unknown) {
    const { used, hard, needed } = refusal;
    super(
      'DENIED',
      say(
        'quota-exceeded',
      )`The quota of this project is ${{ hard: inWords(hard) }}: ${{ used: inWords(used) }} are used, and this needs ${{ needed: inWords(needed) }} more. It was not stored. Delete what is not needed any more, or ask a system administrator for a larger quota.`,
      { detail: { used, hard, needed }, cause },
    );
    this.name = 'QuotaExceededError';
    this.refusal = refusal;
  }
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

function inWords(bytes: number): string {
  const power = Math.min(Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)), UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${UNITS[power]}`;
}
