import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config/values.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** One readable line per record instead of JSON, for a person at a terminal. */
  readonly human?: boolean;
  /** Number of the worker process, where there are several. */
  readonly worker?: number;
  /** Where records go; the standard output when absent. */
  readonly destination?: DestinationStream;
}

/** Fields that never leave the process, wherever a record carries them. Records hold no bodies and no headers in the first place. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'token',
  'access_token',
  'refresh_token',
  'secret',
  'secretKey',
];

/** The server's log: JSON lines with `time` (ISO 8601), `level`, `msg` and the fields of the record. */
export function createLogger(options: LoggerOptions): Logger {
  const destination =
    options.destination ?? (options.human === true ? humanStream(process.stdout) : pino.destination({ fd: 1, sync: true }));
  return pino(
    {
      level: options.level,
      base: options.worker === undefined ? {} : { worker: options.worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]), censor: '[redacted]' },
      serializers: { err: errorFields },
    },
    destination,
  );
}

interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
}

/** An error as fields. Own properties other than `code` are left out: database and storage errors carry values of rows in them. */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: withoutCredentials(error.stack) }),
    ...(error.cause === undefined || depth > 4 ? {} : { cause: errorFields(error.cause, depth + 1) }),
  };
}

/** `scheme://user:password@` anywhere in a text loses the password. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]*@/gi, '$1:[redacted]@');
}

const SECRET_QUERY = /([?&](?:token|access_token|refresh_token|password|secret|code|state|signature|_state|X-Amz-[A-Za-z]+)=)[^&#]*/gi;

/** A request target for the log: bounded, and without the secrets that some clients put into queries. */
export function loggedTarget(target: string): string {
  const clean = target.includes('?') ? target.replaceAll(SECRET_QUERY, '$1[redacted]') : target;
  return clean.length > 512 ? `${clean.slice(0, 512)}...` : clean;
}

const DROPPED = new Set(['level', 'time', 'msg', 'err', 'worker']);

/** `12:00:01 info  message name=value`: the same records, for reading. */
function humanStream(output: NodeJS.WritableStream): DestinationStream {
  return {
    write(line: string): void {
      const record = JSON.parse(line) as Record<string, unknown> & { err?: ErrorFields };
      const fields = Object.entries(record)
        .filter(([name]) => !DROPPED.has(name))
        .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
      const time = String(record.time).slice(11, 19);
      output.write(`${time} ${String(record.level).padEnd(5)} ${String(record.msg ?? '')}${fields.join('')}\n`);
      if (record.err !== undefined) output.write(`         ${record.err.stack ?? record.err.message}\n`);
    },
  };
}
