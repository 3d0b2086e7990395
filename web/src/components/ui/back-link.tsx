import { Link, type LinkProps } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";

export function BackLink({ to, children }: { to: LinkProps["to"]; children: string }) {
  return (
    <Link
      to={to}
      className="-ms-1 mb-0.5 inline-flex items-center text-xs font-medium text-faint hover:text-ink"
    >
      <ChevronLeft aria-hidden="true" className="size-3.5 rtl:rotate-180" />
      {children}
    </Link>
  );
}
