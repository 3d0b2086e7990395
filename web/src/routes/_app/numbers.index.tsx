import { createFileRoute } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { PageFrame } from "@/components/ui/page";
import { useWhyNot } from "@/components/use-may";
import { Packages } from "@/features/numbers/packages";
import { type NumbersSearch, readSearch } from "@/features/numbers/search";
import { numberWords as words } from "@/i18n/en/number-words";

export const Route = createFileRoute("/_app/numbers/")({
  validateSearch: readSearch,
  component: Numbers,
});

function Numbers() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const reason = useWhyNot("numbers.write");
  const go = (next: NumbersSearch) =>
    void navigate({
      search: next,
      // Back closes what was opened; closing it does not lead into it again.
      replace: Object.keys(next).length === 0 || next.tab !== undefined,
      resetScroll: false,
    });
  return (
    <PageFrame
      title={words.title}
      lead={words.lead}
      actions={
        <Button look="primary" reason={reason} onClick={() => go({ new: true })}>
          <Plus aria-hidden="true" className="size-3.5" />
          {words.addPackage}
        </Button>
      }
    >
      <Packages search={search} onGo={go} />
    </PageFrame>
  );
}
