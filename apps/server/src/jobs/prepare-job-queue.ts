/** Makes the tables of the job queue, which graphile-worker keeps outside our migrations. For a database that takes over another one's rows. */
export async function prepareJobQueue(databaseUrl: string): Promise<void> {
  const { runMigrations } = await import('graphile-worker');
  await runMigrations({ connectionString: databaseUrl });
}
