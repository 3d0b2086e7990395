import { createFileRoute } from "@tanstack/react-router";
import { BackLink } from "@/components/ui/back-link";
import { PageFrame } from "@/components/ui/page";
import { Policy } from "@/features/uncertain/policy";
import { readSearch, type UncertainSearch } from "@/features/uncertain/search";
import { UncertainList } from "@/features/uncertain/uncertain-list";
import { t } from "@/i18n/catalogue";
import { uncertainWords as words } from "@/i18n/en/uncertain-words";

export const Route = createFileRoute("/_app/uncertain")({
  validateSearch: readSearch,
  component: UncertainScreen,
});

function UncertainScreen() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const change = (part: Partial<UncertainSearch>) =>
    void navigate({
      search: (old) => ({ ...old, ...part }),
      replace: true,
      resetScroll: false,
    });
  return (
    <PageFrame
      title={words.title}
      lead={words.lead}
      before={<BackLink to="/">{t.nav.home}</BackLink>}
    >
      <Policy />
      <UncertainList search={search} onChange={change} />
    </PageFrame>
  );
}
