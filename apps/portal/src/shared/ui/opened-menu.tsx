import { Menu } from '@mantine/core';
import { cloneElement, Fragment, type ReactNode, useEffect, useState } from 'react';
import type { MenuButtonProps } from './menu-button.tsx';

/** The menu of a button that was pressed before the menu was there. */
export function OpenedMenu({ button, sections }: MenuButtonProps): ReactNode {
  // Opened after its button is there with the focus of the pressed one, so that the menu knows where to give the focus back to.
  const [opened, setOpened] = useState(false);
  useEffect(() => setOpened(true), []);
  return (
    <Menu position="bottom-end" width={200} opened={opened} onChange={setOpened}>
      <Menu.Target>{cloneElement(button, { autoFocus: true })}</Menu.Target>
      <Menu.Dropdown>
        {sections.map(({ label, entries }, index) => (
          <Fragment key={entries[0]?.text}>
            {index === 0 ? null : <Menu.Divider />}
            {label === undefined ? null : <Menu.Label>{label}</Menu.Label>}
            {entries.map(({ text, lang, icon, mark, onChoose }) => (
              <Menu.Item key={text} lang={lang} leftSection={icon} rightSection={mark} onClick={onChoose}>
                {text}
              </Menu.Item>
            ))}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
