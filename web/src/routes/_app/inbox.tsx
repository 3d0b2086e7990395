import { createFileRoute } from "@tanstack/react-router";
import { Inbox } from "@/features/inbox/inbox";
import { readSearch } from "@/features/inbox/search";

export const Route = createFileRoute("/_app/inbox")({
  validateSearch: readSearch,
  component: InboxScreen,
});

function InboxScreen() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <Inbox
      search={search}
      onChange={(part) =>
        void navigate({
          search: (old) => ({ ...old, ...part }),
          replace: !("chat" in part) || Boolean(search.chat),
        })
      }
    />
  );
}
