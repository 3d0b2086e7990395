import { Link } from "@tanstack/react-router";
import { packageMessagesFile } from "@/api/packages";
import type { Package } from "@/api/types";
import { DownloadLink } from "@/components/download-link";
import { STATES } from "@/components/totals";
import { Button, buttonStyle } from "@/components/ui/button";
import { DayRange } from "@/components/ui/day-range";
import { FilterRow, FilterSelect } from "@/components/ui/filters";
import { t } from "@/i18n/catalogue";
import { errorClass } from "@/i18n/en/error-words";
import { numberWords as words } from "@/i18n/en/number-words";
import { FAILURES, isFiltered, type LogSearch, NO_FILTER, toFilter } from "./log-search";
import { sentence } from "./number-fields";

type Props = {
  pack: Package;
  search: LogSearch;
  onChange: (part: Partial<LogSearch>) => void;
};

/** What narrows the deliveries, and the way to take what is left as a file. */
export function LogFilters({ pack, search, onChange }: Props) {
  return (
    <FilterRow>
      <FilterSelect
        label={t.campaign.state}
        value={search.status ?? ""}
        onChange={(event) =>
          onChange({ status: STATES.find((state) => state === event.target.value) })
        }
      >
        <option value="">{t.campaign.anyStatus}</option>
        {STATES.map((state) => (
          <option key={state} value={state}>
            {t.status[state]}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={words.logFailure}
        value={search.failure ?? ""}
        onChange={(event) =>
          onChange({ failure: FAILURES.find((failure) => failure === event.target.value) })
        }
      >
        <option value="">{words.logAnyFailure}</option>
        {FAILURES.map((failure) => (
          <option key={failure} value={failure}>
            {sentence(errorClass(failure))}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label={words.logNumber}
        value={search.number ?? ""}
        onChange={(event) => onChange({ number: event.target.value || undefined })}
      >
        <option value="">{words.logAnyNumber}</option>
        {pack.profiles.map((profile) => (
          <option key={profile.id} value={profile.id}>
            {profile.name}
          </option>
        ))}
      </FilterSelect>
      <fieldset className="max-sm:w-full">
        <legend className="sr-only">{words.logQueued}</legend>
        <DayRange from={search.from} to={search.to} onChange={onChange} />
      </fieldset>
      {isFiltered(search) && (
        <Button look="quiet" onClick={() => onChange(NO_FILTER)}>
          {t.actions.clearFilters}
        </Button>
      )}
      {search.status === "uncertain" && (
        <Link
          to="/uncertain"
          search={{ number: search.number }}
          className={buttonStyle({ look: "quiet" })}
        >
          {words.logDecide}
        </Link>
      )}
      <span className="ms-auto">
        <DownloadLink
          size="md"
          path={packageMessagesFile(pack.id, toFilter(search))}
          title={words.logExportTitle}
        >
          {words.logExport}
        </DownloadLink>
      </span>
    </FilterRow>
  );
}
