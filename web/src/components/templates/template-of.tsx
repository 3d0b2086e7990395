import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { templateList } from "@/api/templates";
import type { TemplateUse } from "@/api/types";
import { AttachmentView } from "@/components/media/attachment-view";
import { useMay } from "@/components/use-may";
import { TemplateView } from "./template-view";
import { named } from "./variants";

type Props = {
  use: TemplateUse;
  text?: ReactNode;
  /** The file of its header. */
  file: ReactNode;
};

/** A message made of a template as people see it; only its name where the template is not known. */
export function TemplateOf({ use, text, file }: Props) {
  const enabled = useMay("campaigns.read");
  const template = named(useQuery({ ...templateList(), enabled }).data, use);
  return template ? (
    <TemplateView template={template} use={use} text={text} file={file} />
  ) : (
    <AttachmentView attachment={use} file={null} text={text} />
  );
}
