import type { RobotActor } from '../actor.ts';
import type { ListedRights } from '../rights.ts';
import type { Page, PageRequest } from './page.ts';

/** An account for programs. */
export interface Robot {
  readonly id: number;
  /** As it signs in: prefix, project, name. */
  readonly fullName: string;
  /** undefined: of the whole system. */
  readonly projectId: number | undefined;
  readonly description: string;
  readonly disabled: boolean;
  /** -1 for never. */
  readonly durationDays: number;
  /** undefined for never. */
  readonly expiresAt: Date | undefined;
  readonly permissions: readonly RobotPermission[];
  readonly creator: { readonly kind: 'user' | 'robot'; readonly id: number };
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface RobotPermission extends ListedRights {
  /** Of the project, where it is about one. */
  readonly projectName: string | undefined;
}

export interface NewRobot {
  readonly name: string;
  readonly projectId: number | undefined;
  readonly description: string;
  readonly disabled: boolean;
  readonly durationDays: number;
  readonly secretHash: string;
  readonly permissions: readonly ListedRights[];
  readonly creator: Robot['creator'];
}

export type RobotChange = Pick<NewRobot, 'description' | 'disabled' | 'durationDays' | 'permissions'>;

/** A living robot: enabled and not expired by the database's clock. */
export interface LivingRobot {
  readonly actor: RobotActor;
  /** Rises with every new secret. */
  readonly credentialVersion: number;
}

export interface Robots {
  /** Throws {@link NameTakenError}. */
  create(robot: NewRobot): Promise<Robot>;
  find(id: number): Promise<Robot | undefined>;
  /** Robots of the system, or of one project; `exactName` with or without prefix and project. */
  list(
    query: PageRequest & { readonly projectId: number | undefined; readonly namePart?: string; readonly exactName?: string },
  ): Promise<Page<Robot>>;
  /** The new duration counts from the robot's creation. */
  update(id: number, change: RobotChange): Promise<boolean>;
  setSecret(id: number, secretHash: string): Promise<boolean>;
  remove(id: number): Promise<boolean>;
  /** For verifying tokens: undefined when gone, disabled or expired. */
  findLiving(id: number): Promise<LivingRobot | undefined>;
  /** For signing in: the living robot of this name, without prefix; `projectName` undefined for robots of the system. */
  findCredential(name: string, projectName: string | undefined): Promise<(LivingRobot & { readonly secretHash: string }) | undefined>;
  /** Writes one event per living robot that expires within `days` and was not warned about; returns how many. */
  warnBeforeExpiry(days: number): Promise<number>;
}
