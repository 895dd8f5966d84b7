import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';

export interface OutcomeBadgeProps {
  readonly done: boolean;
  /** What a refusal means, where that is known; shown at the pointer. */
  readonly meaning: string | undefined;
  readonly children: ReactNode;
}

/** How something that was tried ended. */
export function OutcomeBadge({ done, meaning, children }: OutcomeBadgeProps): ReactNode {
  return (
    <Badge color={done ? 'teal' : 'orange'} variant="light" radius="sm" tt="none" miw="max-content" title={done ? undefined : meaning}>
      {children}
    </Badge>
  );
}
