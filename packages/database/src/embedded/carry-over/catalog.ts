import type pg from 'pg';

/** A table that holds rows of its own. */
export interface Table {
  /** Quoted and with its schema, ready for SQL. */
  readonly name: string;
  /** Quoted names of the columns that are stored, not computed. */
  readonly columns: readonly string[];
  /** Those of them that hold transaction numbers (xid8). */
  readonly transactionIds: readonly string[];
}

export interface SequencePosition {
  /** Quoted and with its schema. */
  readonly name: string;
  /** Text: a sequence may run beyond what a number holds. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

const OURS = `n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`;

/** Tables of the connected database, outside Postgres's own schemas, by name. */
export async function readTables(client: pg.Client): Promise<readonly Table[]> {
  const { rows } = await client.query<Table>(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name,
           coalesce(array_agg(quote_ident(a.attname) ORDER BY a.attname) FILTER (WHERE a.attname IS NOT NULL), '{}') AS columns,
           coalesce(array_agg(quote_ident(a.attname)) FILTER (WHERE a.atttypid = 'xid8'::regtype), '{}') AS "transactionIds"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r' AND ${OURS}
    GROUP BY n.nspname, c.relname
    ORDER BY 1`);
  return rows;
}

export async function readSequences(client: pg.Client): Promise<readonly SequencePosition[]> {
  const { rows: names } = await client.query<{ name: string }>(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND ${OURS} ORDER BY 1`);
  const positions: SequencePosition[] = [];
  for (const { name } of names) {
    const { rows } = await client.query<{ last: string; called: boolean }>(
      `SELECT last_value::text AS last, is_called AS called FROM ${name}`,
    );
    const row = rows[0];
    if (row !== undefined) positions.push({ name, lastValue: row.last, isCalled: row.called });
  }
  return positions;
}

export interface TableSum {
  readonly rows: string;
  readonly checksum: string;
}

/** What a row is, apart from transaction numbers. */
function contentColumns(table: Table): readonly string[] {
  return table.columns.filter((column) => !table.transactionIds.includes(column));
}

/**
 * The table's rows, in the order of `columns`, as they go into another cluster. Transactions are counted per cluster: a number of the
 * old one would be one that the new one has yet to reach, and a reader that waits for all earlier transactions would wait for it. So
 * each becomes 0: a transaction that ended before every other.
 */
export function exportQuery(table: Table): string {
  const columns = table.columns.map((column) => (table.transactionIds.includes(column) ? `'0'::xid8` : column));
  return `SELECT ${columns.join(', ')} FROM ${table.name}`;
}

/**
 * Rows of a table and a checksum over them that does not depend on their order. By md5 over each row's text, which means the
 * same in every version of Postgres; it is there to find mistakes, not attackers.
 */
export async function sumTable(client: pg.Client, table: Table): Promise<TableSum> {
  const row = `ROW(${contentColumns(table)
    .map((column) => `t.${column}`)
    .join(', ')})::text`;
  const { rows } = await client.query<TableSum>(`
    SELECT count(*)::text AS rows,
           coalesce(sum(('x' || left(md5(${row}), 16))::bit(64)::bigint::numeric + ('x' || right(md5(${row}), 16))::bit(64)::bigint::numeric * 3), 0)::text AS checksum
    FROM ${table.name} t`);
  return rows[0] ?? { rows: '0', checksum: '0' };
}
