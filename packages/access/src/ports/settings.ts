/** System settings kept in the database, changed through the API, read by every process. */
export interface AccessSettings {
  /** Harbor: project_creation_restriction. */
  readonly projectCreation: 'everyone' | 'adminonly';
  /** A first push to an absent project creates it. */
  readonly createProjectOnPush: boolean;
}

export interface Settings {
  access(): Promise<AccessSettings>;
  saveAccess(settings: AccessSettings): Promise<void>;
}
