import type { ReactNode } from "react";
import type { Id } from "@/api/types";
import { useContent } from "./use-content";

type Props = {
  id: Id;
  name: string;
  video?: boolean;
  /** Where this browser cannot play it. */
  instead: ReactNode;
};

/** A recording or a video with the browser's own controls; it is fetched as it is played. */
export function Player({ id, name, video, instead }: Props) {
  const { src, key, broken, onError } = useContent(id);
  if (broken) return instead;
  const shared = { src, onError, controls: true, preload: "metadata", "aria-label": name } as const;
  return video ? (
    <video key={key} {...shared} playsInline className="h-56 w-72 max-w-full rounded-xl bg-black" />
  ) : (
    <audio key={key} {...shared} className="h-10 w-72 max-w-full" />
  );
}
