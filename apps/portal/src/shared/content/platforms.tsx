import type { platform } from '@berth/api-contract';
import { Badge, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import type { z } from 'zod';

type Platform = z.output<typeof platform>;

const SHOWN = 3;

/** `linux/arm64/v8`. */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== undefined && part !== '').join('/');
}

/** The first few; the rest beside the pointer. */
export function Platforms({ platforms }: { readonly platforms: readonly Platform[] }): ReactNode {
  const names = [...new Set(platforms.map(platformName))];
  const rest = names.slice(SHOWN);
  return (
    <Group gap={4}>
      {names.slice(0, SHOWN).map((name) => (
        <Badge key={name} variant="default" radius="sm" tt="none" fw={500}>
          {name}
        </Badge>
      ))}
      {rest.length === 0 ? null : (
        <Badge variant="default" radius="sm" tabIndex={0} data-tip={rest.join(', ')}>
          +{rest.length}
        </Badge>
      )}
    </Group>
  );
}
