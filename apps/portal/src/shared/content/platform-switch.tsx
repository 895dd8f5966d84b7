import '@mantine/core/styles/FloatingIndicator.css';
import '@mantine/core/styles/SegmentedControl.css';
import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';

interface PlatformSwitchProps {
  readonly label: string;
  readonly value: string;
  /** As `platformName` writes them. */
  readonly platforms: readonly string[];
  readonly onChange: (platform: string) => void;
}

/** Which image of an index; many platforms scroll within the switch. */
export function PlatformSwitch({ label, value, platforms, onChange }: PlatformSwitchProps): ReactNode {
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      onChange={onChange}
      data={[...platforms]}
      size="xs"
      maw="100%"
      style={{ overflowX: 'auto', alignSelf: 'flex-start' }}
    />
  );
}
