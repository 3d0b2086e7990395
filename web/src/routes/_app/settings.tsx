import { createFileRoute, Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { may } from "@/api/permissions";
import type { Permission } from "@/api/team-types";
import { PageFrame } from "@/components/ui/page";
import { useMe } from "@/components/use-me";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/_app/settings")({ component: Settings });

type Section = {
  to:
    | "/settings/organisation"
    | "/settings/team"
    | "/settings/keys"
    | "/settings/security"
    | "/settings/audit"
    | "/settings/privacy";
  label: string;
  needs?: Permission;
};

const SECTIONS: readonly Section[] = [
  { to: "/settings/organisation", label: t.organisation.title },
  { to: "/settings/team", label: t.team.title },
  { to: "/settings/keys", label: t.apiKeys.title, needs: "keys.read" },
  { to: "/settings/security", label: t.security.title },
  { to: "/settings/audit", label: t.audit.title, needs: "audit.read" },
  { to: "/settings/privacy", label: t.privacy.title, needs: "privacy.write" },
];

function Settings() {
  const me = useMe();
  const sections = SECTIONS.filter(({ needs }) => !needs || may(me, needs));
  const nav = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  // On a narrow screen not all of them are in view; the present one is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path is another section
  useEffect(() => {
    nav.current
      ?.querySelector("[data-status=active]")
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [path]);
  return (
    <PageFrame title={t.settings.title}>
      <nav
        ref={nav}
        aria-label={t.settings.sections}
        className="no-bar mb-4 flex shrink-0 gap-5 overflow-x-auto shadow-[inset_0_-1px_0_var(--line)]"
      >
        {sections.map((section) => (
          <Link
            key={section.to}
            to={section.to}
            activeOptions={{ includeSearch: false }}
            className="border-b-2 border-transparent py-2 font-medium whitespace-nowrap text-soft hover:text-ink focus-visible:-outline-offset-2 data-[status=active]:border-accent-ink data-[status=active]:text-ink"
          >
            {section.label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </PageFrame>
  );
}
