import { useQuery } from "@tanstack/react-query";
import { signInProviders } from "@/api/auth";
import { connectWith, disconnect } from "@/api/security";
import type { Identity } from "@/api/types";
import { SessionLink } from "@/components/session-link";
import { buttonStyle } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { Loaded } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { dayOf } from "@/i18n/format";
import { EndButton } from "./end-button";

/** Accounts elsewhere with which the person signs in, and those that could be connected. */
export function Identities({ identities }: { identities: Identity[] }) {
  const words = t.identities;
  const query = useQuery(signInProviders());
  return (
    <Panel title={words.title} label={words.title}>
      <p className="px-4 pt-3 pb-2 text-soft">{words.lead}</p>
      <ul className="divide-y px-4">
        {identities.map((identity) => (
          <li key={identity.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span className="font-medium">{identity.provider_name}</span>
            <span className="min-w-0 flex-1 text-xs text-faint">
              {words.since(dayOf(identity.connected_at))}
            </span>
            <EndButton
              run={() => disconnect(identity.id)}
              label={words.disconnect}
              name={words.disconnectOf(identity.provider_name)}
              title={words.disconnectTitle(identity.provider_name)}
              hint={words.disconnectHint}
              touches={[["security"]]}
            />
          </li>
        ))}
      </ul>
      <Loaded query={query} what={words.title}>
        {({ items }) => {
          const left = items.filter(({ id }) =>
            identities.every(({ provider }) => provider !== id),
          );
          if (items.length === 0 && identities.length === 0) {
            return <p className="px-4 pb-4 text-faint">{words.none}</p>;
          }
          return (
            <div className="flex flex-wrap gap-2 px-4 pt-2 pb-4">
              {left.map(({ id, name }) => (
                <SessionLink
                  key={id}
                  href={connectWith(id)}
                  title={words.connect(name)}
                  className={buttonStyle({ size: "sm" })}
                >
                  {words.connect(name)}
                </SessionLink>
              ))}
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}
