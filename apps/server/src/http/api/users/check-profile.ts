import { commentProblem, emailProblem, realnameProblem } from '@berth/access';
import { followedBy, type Sentence } from '@berth/oci';
import { ApiError } from '../api-error.ts';

interface Profile {
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
}

/** Refuses with the first sentence there is. */
export function refuseProblem(...problems: readonly (Sentence | undefined)[]): void {
  const problem = problems.find((sentence) => sentence !== undefined);
  if (problem !== undefined) throw new ApiError('BAD_REQUEST', followedBy(problem, ' Nothing was changed.'));
}

export function checkProfile({ email, realname, comment }: Profile): void {
  refuseProblem(emailProblem(email), realnameProblem(realname), commentProblem(comment));
}
