/** A statement that Postgres plans once per connection. The name is unique in the program. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/** Runs single reads that never block, at once and in parallel on one connection. Rows come with bigint as number, bytea as Buffer. */
export interface Lookups {
  query<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<readonly Row[]>;
}
