import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';

type AnchorLike<Props> = Omit<Props, 'component'> &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { readonly ref?: Ref<HTMLAnchorElement> };

/** A text link to a page of the portal; its address is checked by the compiler. */
export const TextLink = createLink(function TextLink(props: AnchorLike<AnchorProps>): ReactNode {
  return <Anchor inherit {...props} />;
});

/** A link that looks like a button. */
export const ButtonLink = createLink(function ButtonLink(props: AnchorLike<ButtonProps>): ReactNode {
  return <Button component="a" {...props} />;
});
