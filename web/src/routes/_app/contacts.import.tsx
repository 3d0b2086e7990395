import { createFileRoute } from "@tanstack/react-router";
import { useState } from "react";
import { BackLink } from "@/components/ui/back-link";
import { PageFrame } from "@/components/ui/page";
import { Steps } from "@/components/ui/steps";
import { ChooseFile } from "@/features/imports/choose-file";
import { ImportResult } from "@/features/imports/import-result";
import { MappingStep } from "@/features/imports/mapping-step";
import { RecentImports } from "@/features/imports/recent";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/_app/contacts/import")({
  validateSearch: (search: Record<string, unknown>): { id?: string } => ({
    id: typeof search.id === "string" ? search.id : undefined,
  }),
  component: ImportContacts,
});

function ImportContacts() {
  const { id } = Route.useSearch();
  const navigate = Route.useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const restart = () => {
    setFile(null);
    void navigate({ search: {} });
  };
  const step = id ? 2 : file ? 1 : 0;
  return (
    <PageFrame
      title={t.imports.title}
      lead={file?.name}
      before={<BackLink to="/contacts">{t.imports.back}</BackLink>}
    >
      <Steps names={t.imports.steps} at={step} onGo={id ? undefined : restart} />
      {id ? (
        <ImportResult id={id} onAnother={restart} />
      ) : file ? (
        <MappingStep
          file={file}
          onAnother={restart}
          onStarted={(started) => void navigate({ search: { id: started } })}
        />
      ) : (
        <>
          <ChooseFile onFile={setFile} />
          <RecentImports />
        </>
      )}
    </PageFrame>
  );
}
