import { Link } from "@tanstack/react-router";
import { ChartNoAxesColumn, ListChecks, Plus, Send, Settings2 } from "lucide-react";
import type { Package } from "@/api/types";
import { Allowed } from "@/components/allowed";
import { Button, buttonStyle } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { useWhyNot } from "@/components/use-may";
import { numberWords as words } from "@/i18n/en/number-words";
import { sendWords } from "@/i18n/en/send-words";
import { PackageFacts } from "./package-facts";
import { Notices, ProfileRow } from "./profile-row";
import type { NumbersSearch } from "./search";

type Props = { pack: Package; onGo: (search: NumbersSearch) => void };

export function PackagePanel({ pack, onGo }: Props) {
  const reason = useWhyNot("numbers.write");
  const noForecast = useWhyNot("campaigns.read");
  return (
    <Panel
      label={pack.name}
      title={pack.name}
      aside={
        <div className="flex flex-wrap items-center gap-1 max-sm:-ms-2.5 max-sm:w-[calc(100%+1.25rem)] max-sm:[&_svg]:hidden">
          <Allowed to="campaigns.write" instead={sendWords.action} look="quiet" size="sm">
            <Link
              to="/numbers/$id/send"
              params={{ id: pack.id }}
              className={buttonStyle({ size: "sm", look: "quiet" })}
            >
              <Send aria-hidden="true" className="size-3.5" />
              {sendWords.action}
            </Link>
          </Allowed>
          <Link
            to="/numbers/$id/log"
            params={{ id: pack.id }}
            className={buttonStyle({ size: "sm", look: "quiet" })}
          >
            <ListChecks aria-hidden="true" className="size-3.5" />
            {words.log}
          </Link>
          <Button
            size="sm"
            look="quiet"
            reason={noForecast}
            onClick={() => onGo({ preview: pack.id })}
          >
            <ChartNoAxesColumn aria-hidden="true" className="size-3.5" />
            {words.preview}
          </Button>
          <Button
            size="sm"
            look="quiet"
            reason={reason}
            onClick={() => onGo({ settings: pack.id })}
          >
            <Settings2 aria-hidden="true" className="size-3.5" />
            {words.settings}
          </Button>
          <Button size="sm" reason={reason} onClick={() => onGo({ add: pack.id })}>
            <Plus aria-hidden="true" className="size-3.5" />
            {words.addProfile}
          </Button>
        </div>
      }
    >
      <PackageFacts pack={pack} />
      <Notices profiles={pack.profiles} />
      {pack.profiles.length === 0 ? (
        <div className="px-4 py-8 text-center">
          <p className="font-medium">{words.noProfiles}</p>
          <p className="mt-1 text-soft">{words.noProfilesHint}</p>
        </div>
      ) : (
        <ul className="divide-y">
          {pack.profiles.map((profile) => (
            <ProfileRow
              key={profile.id}
              profile={profile}
              distribution={pack.distribution}
              onGo={onGo}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}
