import type { ReactNode } from "react";
import { BASE } from "@/api/client";
import { SessionLink } from "./session-link";
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

/** A file that the browser fetches by itself, whatever its size. */
export function DownloadLink({ path, look, size = "sm", title, children }: Props) {
  return (
    <SessionLink href={BASE + path} download title={title} className={buttonStyle({ look, size })}>
      {children}
    </SessionLink>
  );
}
