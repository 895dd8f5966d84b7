/** Quoted names of tables whose rows mean nothing on another day or another machine. `berth_migrations` travels as a list of names. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'public.berth_migrations',
  'public.backup_runs',
  'public.failure_counters',
  'public.job_states',
  // Read out of the layers again when somebody asks.
  'public.layer_directories',
  'public.layer_indexes',
  'public.push_steps',
  'public.push_watches',
  'public.sessions',
  'public.upload_sessions',
]);

/** Whether rows of the table or the position of the sequence belong into a backup; the job queue makes its own schema anew. */
export function isBackedUp(name: string): boolean {
  return name.startsWith('public.') && !LEFT_OUT.has(name);
}
