import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { groupMembers, profileGroups } from "@/api/devices";
import type { Group, GroupMember, Profile } from "@/api/types";
import { Badge } from "@/components/ui/badge";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { numberWords } from "@/i18n/en/number-words";

const words = numberWords.groups;

/** The groups that a number is in; the members of one are asked for when it is opened. */
export default function GroupsPanel({ profile }: { profile: Profile }) {
  const query = useQuery(profileGroups(profile));
  return (
    <Loaded query={query} what={words.what} skeleton={<SkeletonRows rows={3} className="px-0" />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-soft">{words.none}</p>
        ) : (
          <>
            <p className="mb-2 text-xs text-faint">{words.lead}</p>
            <ul className="divide-y border-y">
              {items.map((group) => (
                <li key={group.id}>
                  <GroupRow profile={profile} group={group} />
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}

function GroupRow({ profile, group }: { profile: Profile; group: Group }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer py-2 font-medium break-words">
        {group.name || group.id}
      </summary>
      {open && <Members profile={profile} group={group} />}
    </details>
  );
}

function Members({ profile, group }: { profile: Profile; group: Group }) {
  const query = useQuery(groupMembers(profile, group.id));
  return (
    <Loaded
      query={query}
      what={words.members}
      skeleton={<SkeletonRows rows={2} className="px-0" />}
    >
      {({ items }) => (
        <>
          <p className="text-xs text-faint">{words.count(items.length)}</p>
          <ul aria-label={words.membersOf(group.name || group.id)} className="mb-3">
            {items.map((member) => (
              <Member key={member.id} member={member} />
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}

function Member({ member }: { member: GroupMember }) {
  return (
    <li className="flex items-center justify-between gap-3 py-1 [content-visibility:auto]">
      {member.phone ? (
        <span className="tnum">{member.phone}</span>
      ) : (
        <span className="text-faint">{words.hidden}</span>
      )}
      {member.admin && <Badge tone="info">{words.admin}</Badge>}
    </li>
  );
}
