import { createFileRoute } from "@tanstack/react-router";
import { Keys } from "@/features/keys/keys";

export const Route = createFileRoute("/_app/settings/keys")({
  validateSearch: (search: Record<string, unknown>): { new?: boolean } => ({
    new: search.new === true || undefined,
  }),
  component: KeysScreen,
});

function KeysScreen() {
  const { new: making = false } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <Keys
      making={making}
      onMaking={(open) => void navigate({ search: open ? { new: true } : {}, replace: !open })}
    />
  );
}
