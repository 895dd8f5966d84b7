/** What is kept beside a project, by Harbor's names, without `public`. Names and values are checked by the caller. */
export interface ProjectMetadata {
  of(projectId: number): Promise<Readonly<Record<string, string>>>;
  /** For lists: of several projects in one statement; a project without any is absent. */
  ofAll(projectIds: readonly number[]): Promise<ReadonlyMap<number, Readonly<Record<string, string>>>>;
  /** Values that are there already are replaced. */
  set(projectId: number, values: Readonly<Record<string, string>>): Promise<void>;
  /** False when there was none of this name. */
  remove(projectId: number, name: string): Promise<boolean>;
}
