import { Plus, X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";

type AddProps = {
  children: string;
  /** Why there may be no other one. */
  reason?: string | false;
  quiet?: boolean;
  className?: string;
  onClick: () => void;
};

export function Add({ children, reason, quiet, className, onClick }: AddProps) {
  return (
    <Button
      className={cn("self-start", className)}
      size="sm"
      look={quiet ? "quiet" : "plain"}
      reason={reason}
      onClick={onClick}
    >
      <Plus aria-hidden="true" className="size-3.5" />
      {children}
    </Button>
  );
}

type RemoveProps = { label: string; small?: boolean; className?: string; onClick: () => void };

export function Remove({ label, small, className, onClick }: RemoveProps) {
  return (
    <Button
      size={small ? "icon-sm" : "icon"}
      look="quiet"
      className={className}
      aria-label={label}
      onClick={onClick}
    >
      <X aria-hidden="true" className="size-4" />
    </Button>
  );
}
