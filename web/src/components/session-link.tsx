import type { ComponentProps, MouseEvent } from "react";
import { keepSession } from "@/api/client";
import { aboutToExpire } from "@/api/session";
import { toastFailure } from "@/components/ui/toasts";

type Props = ComponentProps<"a"> & {
  href: string;
  /** What it does, for when it fails. */
  title: string;
};

/** A link that the browser follows by itself, with the session that it has. */
export function SessionLink({ href, title, ...rest }: Props) {
  const follow = async (event: MouseEvent) => {
    if (!aboutToExpire()) return;
    // The cookie would be refused: it is renewed first.
    event.preventDefault();
    try {
      await keepSession();
      window.location.assign(href);
    } catch (error) {
      toastFailure(title, error);
    }
  };
  return (
    <a {...rest} href={href} onClick={(event) => void follow(event)}>
      {rest.children}
    </a>
  );
}
