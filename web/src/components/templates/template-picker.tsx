import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { templateList } from "@/api/templates";
import type { Profile, ProviderTemplate } from "@/api/types";
import { buttonStyle } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { FilterRow, FilterSelect, SearchBox } from "@/components/ui/filters";
import { Empty, ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { templateWords } from "@/i18n/en/template-words";
import { HaveIt } from "./have-it";
import { isMatch, nameOf, shareOf } from "./template";
import { said } from "./template-badge";
import { offered } from "./variants";

const words = templateWords.pick;

type Props = {
  /** The numbers that may send it; none where they are not known. */
  numbers: readonly Profile[];
  onClose: () => void;
  onPick: (template: ProviderTemplate) => void;
};

/** Chooses one of the templates that can be sent now. */
export default function TemplatePicker({ numbers, onClose, onPick }: Props) {
  const [q, setQ] = useState("");
  const [language, setLanguage] = useState("");
  const query = useQuery(templateList());
  const templates = query.data ?? [];
  const all = offered(templates, numbers);
  // Before a package is chosen, it would be said of nearly every template.
  const ofOnePackage = new Set(numbers.map(({ package_id }) => package_id)).size === 1;
  const languages = [...new Set(all.map((one) => one.language))].sort();
  const shown = all.filter((one) => (!language || one.language === language) && isMatch(one, q));
  return (
    <Dialog open onOpenChange={onClose} wide title={words.title} description={words.lead}>
      <FilterRow>
        <SearchBox label={templateWords.filters.search} value={q} onChange={setQ} />
        {languages.length > 1 && (
          <FilterSelect
            label={templateWords.language}
            value={language}
            onChange={(event) => setLanguage(event.target.value)}
          >
            <option value="">{templateWords.filters.anyLanguage}</option>
            {languages.map((one) => (
              <option key={one} value={one}>
                {templateWords.languageName(one)}
              </option>
            ))}
          </FilterSelect>
        )}
      </FilterRow>
      {!query.data ? (
        query.isError ? (
          <ErrorPanel
            what={templateWords.what}
            error={query.error}
            onRetry={() => query.refetch()}
          />
        ) : (
          <SkeletonRows rows={4} className="px-0" />
        )
      ) : shown.length > 0 ? (
        <ul aria-label={templateWords.title} className="flex flex-col gap-1.5">
          {shown.map((one) => (
            <li
              key={one.id}
              className="[contain-intrinsic-size:auto_4.5rem] [content-visibility:auto]"
            >
              <button
                type="button"
                onClick={() => onPick(one)}
                className="block w-full rounded-[10px] border bg-surface px-3 py-2 text-start hover:border-edge hover:bg-hover"
              >
                <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                  <span className="min-w-0 font-medium break-all">{one.name}</span>
                  <span className="text-xs text-faint">
                    {templateWords.languageName(one.language)} ·{" "}
                    {said(templateWords.categories, one.category)}
                  </span>
                </span>
                <span className="line-clamp-2 text-xs break-words text-soft" dir="auto">
                  {one.body?.text ?? one.header?.text}
                </span>
                {ofOnePackage && <HaveIt {...shareOf(numbers, templates, nameOf(one))} />}
              </button>
            </li>
          ))}
        </ul>
      ) : all.length > 0 ? (
        <Empty title={templateWords.noMatch} />
      ) : (
        <Empty
          title={words.none}
          action={
            <Link to="/templates" className={buttonStyle({ look: "primary" })}>
              {words.toTemplates}
            </Link>
          }
        >
          {words.noneHint}
        </Empty>
      )}
    </Dialog>
  );
}
