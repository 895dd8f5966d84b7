/** SQL of the name of who did something, from the key that is kept with it; the key itself where no account is behind it. */
export function actorName(key: string): string {
  return `coalesce((select u.username from users u where u.id = substring(${key} from '^user:([0-9]{1,15})$')::bigint and u.deleted_at is null), ${key})`;
}
