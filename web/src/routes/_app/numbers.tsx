import { createFileRoute } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button";
import { PageFrame } from "@/components/ui/page";
import { useWhyNot } from "@/components/use-may";
import { Packages } from "@/features/numbers/packages";
import { t } from "@/i18n/catalogue";

const NewPackageDialog = lazy(() => import("@/features/numbers/new-package-dialog"));

export const Route = createFileRoute("/_app/numbers")({ component: Numbers });

function Numbers() {
  const [adding, setAdding] = useState(false);
  const reason = useWhyNot("numbers.write");
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
      <Suspense>{adding && <NewPackageDialog onClose={() => setAdding(false)} />}</Suspense>
    </PageFrame>
  );
}
