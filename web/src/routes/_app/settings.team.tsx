import { createFileRoute } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useMay } from "@/components/use-may";
import { People } from "@/features/team/people";
import { RoleTable } from "@/features/team/role-table";

const InviteDialog = lazy(() => import("@/features/team/invite-dialog"));

export const Route = createFileRoute("/_app/settings/team")({
  validateSearch: (search: Record<string, unknown>): { invite?: boolean } => ({
    invite: search.invite === true || undefined,
  }),
  component: TeamScreen,
});

function TeamScreen() {
  const { invite } = Route.useSearch();
  const navigate = Route.useNavigate();
  const mayInvite = useMay("team.write");
  return (
    <div className="flex flex-col gap-4">
      <People onInvite={() => void navigate({ search: { invite: true } })} />
      <RoleTable />
      <Suspense>
        {invite && mayInvite && <InviteDialog onClose={() => void navigate({ search: {} })} />}
      </Suspense>
    </div>
  );
}
