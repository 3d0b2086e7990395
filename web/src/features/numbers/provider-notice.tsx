import { TriangleAlert } from "lucide-react";
import { cn } from "@/components/ui/class-names";

/** A warning that belongs to the provider of a number, in the server's words. */
export function ProviderNotice({ notice, className }: { notice: string; className?: string }) {
  return (
    <p
      className={cn(
        "mt-1.5 flex items-start gap-1.5 rounded-md bg-warn-wash px-2 py-1 text-xs text-warn",
        className,
      )}
    >
      <TriangleAlert aria-hidden="true" className="mt-px size-3.5 shrink-0" />
      {notice}
    </p>
  );
}
