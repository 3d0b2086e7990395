import type { MouseEvent, ReactNode } from "react";
import { BASE, keepSession } from "@/api/client";
import { aboutToExpire } from "@/api/session";
import { toastFailure } from "@/components/ui/toasts";
import { buttonStyle } from "./ui/button";

type Props = {
  /** Below the API. */
  path: string;
  look?: "plain" | "quiet";
  size?: "sm" | "md";
  /** What is being downloaded, for when it fails. */
  title: string;
  children: ReactNode;
};

/** A file that the browser fetches by itself, whatever its size, with the session that it has. */
export function DownloadLink({ path, look, size = "sm", title, children }: Props) {
  const href = BASE + path;
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
    <a
      href={href}
      download
      className={buttonStyle({ look, size })}
      onClick={(event) => void follow(event)}
    >
      {children}
    </a>
  );
}
