import { createFileRoute } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { PageFrame } from "@/components/ui/page";
import { useMe } from "@/components/use-me";
import { NewPackageDialog } from "@/features/numbers/new-package-dialog";
import { Packages } from "@/features/numbers/packages";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/_app/numbers")({ component: Numbers });

function Numbers() {
  const [adding, setAdding] = useState(false);
  const reason = useMe().role === "agent" && t.numbers.onlyManagers;
  return (
    <PageFrame
      title={t.numbers.title}
      lead={t.numbers.lead}
      actions={
        <Button look="primary" reason={reason} onClick={() => setAdding(true)}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t.numbers.addPackage}
        </Button>
      }
    >
      <Packages onNew={() => setAdding(true)} />
      {adding && <NewPackageDialog onClose={() => setAdding(false)} />}
    </PageFrame>
  );
}
