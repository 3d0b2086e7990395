import { useQuery } from "@tanstack/react-query";
import { profileConnection } from "@/api/packages";
import type { Connection, Profile } from "@/api/types";
import { Copy } from "@/components/ui/copy";
import { Definition } from "@/components/ui/page";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { numberWords } from "@/i18n/en/number-words";
import { settingTitle } from "./setting-title";

const words = numberWords.drawer;

/** Where a number's provider is asked, and which of its settings are not the usual ones. */
export function ConnectionFacts({ profile }: { profile: Profile }) {
  const query = useQuery(profileConnection(profile));
  return (
    <section aria-label={words.connection}>
      <h3 className="mb-1 font-semibold">{words.connection}</h3>
      <Loaded
        query={query}
        what={words.connection}
        skeleton={<SkeletonRows rows={2} className="px-0" />}
      >
        {(connection) => <Facts connection={connection} />}
      </Loaded>
    </section>
  );
}

function Facts({ connection: { base_url, settings } }: { connection: Connection }) {
  const changed = Object.entries(settings);
  return (
    <dl className="divide-y border-y">
      <Definition term={numberWords.add.baseUrl}>
        <Copy text={base_url} />
      </Definition>
      {changed.map(([name, value]) => (
        <Definition key={name} term={settingTitle(name)}>
          <code className="font-mono text-xs break-all">{value}</code>
        </Definition>
      ))}
      {changed.length === 0 && (
        <Definition term={words.providerSettings}>{words.asUsual}</Definition>
      )}
    </dl>
  );
}
