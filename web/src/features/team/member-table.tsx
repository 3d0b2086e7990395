import type { Member } from "@/api/team-types";
import { Badge } from "@/components/ui/badge";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { t } from "@/i18n/catalogue";
import { exactTime, when } from "@/i18n/format";
import { MemberStatusButton } from "./member-status";
import { RoleSelect } from "./role-select";

type Props = { members: Member[]; mayWrite: boolean };

export function MemberTable({ members, mayWrite }: Props) {
  return (
    <ScrollingTable label={t.team.members} className="min-w-[38rem]">
      <thead>
        <tr className="bg-sunken text-xs text-faint">
          <Head>{t.team.person}</Head>
          <Head>{t.team.role}</Head>
          <Head>{t.team.status}</Head>
          <Head>{t.team.lastSignIn}</Head>
          {mayWrite && (
            <Head>
              <span className="sr-only">{t.team.action}</span>
            </Head>
          )}
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <MemberRow key={member.id} member={member} mayWrite={mayWrite} />
        ))}
      </tbody>
    </ScrollingTable>
  );
}

function MemberRow({ member, mayWrite }: { member: Member; mayWrite: boolean }) {
  const cell = "px-4 py-2";
  const active = member.status === "active";
  return (
    <tr className="border-t">
      <th scope="row" className={`${cell} max-w-64 text-start font-normal`}>
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{member.full_name}</span>
          {member.you && <Badge tone="accent">{t.team.you}</Badge>}
        </span>
        <span className="block truncate text-xs text-faint">{member.email}</span>
      </th>
      <td className={cell}>
        {mayWrite && !member.you ? <RoleSelect member={member} /> : t.roles.names[member.role]}
      </td>
      <td className={cell}>
        <Badge tone={active ? "good" : "neutral"} dot>
          {t.team.statuses[member.status]}
        </Badge>
      </td>
      <td className={`${cell} whitespace-nowrap text-soft`}>
        {member.last_login_at ? (
          <time dateTime={member.last_login_at} title={exactTime(member.last_login_at)}>
            {when(member.last_login_at)}
          </time>
        ) : (
          t.team.never
        )}
      </td>
      {mayWrite && (
        <td className={`${cell} text-end`}>
          {!member.you && <MemberStatusButton member={member} />}
        </td>
      )}
    </tr>
  );
}
