import type { ReactNode } from "react";
import type { Permission } from "@/api/team-types";
import { Button } from "@/components/ui/button";
import { useWhyNot } from "./use-may";

type Props = {
  to: Permission;
  instead: string;
  look?: "primary" | "plain" | "quiet";
  size?: "sm" | "md";
  children: ReactNode;
};

/** A link to something for those who may do it; for others a button that says why not. */
export function Allowed({ to, instead, look = "primary", size, children }: Props) {
  const reason = useWhyNot(to);
  return reason ? (
    <Button look={look} size={size} reason={reason}>
      {instead}
    </Button>
  ) : (
    children
  );
}
