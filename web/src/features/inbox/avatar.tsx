import { Users } from "lucide-react";
import { cn } from "@/components/ui/class-names";

type Props = { name: string; group?: boolean; large?: boolean };

export function Avatar({ name, group, large }: Props) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        "flex shrink-0 items-center justify-center rounded-full bg-hover font-semibold text-soft",
        large ? "size-14 text-lg" : "size-9 text-xs",
        group && "rounded-xl bg-info-wash text-info",
      )}
    >
      {group ? <Users className={large ? "size-6" : "size-4"} /> : initialsOf(name) || "#"}
    </span>
  );
}

function initialsOf(name: string): string {
  return name
    .replace(/[^\p{L}\s]/gu, "")
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0] ?? "")
    .join("")
    .toUpperCase();
}
