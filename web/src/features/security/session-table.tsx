import { endSession, type Session } from "@/api/sessions";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Head, ScrollingTable } from "@/components/ui/scrolling-table";
import { useNow } from "@/components/use-now";
import { useSignOut } from "@/components/use-sign-out";
import { t } from "@/i18n/catalogue";
import { ago, exactTime, when } from "@/i18n/format";
import { deviceOf } from "./device";
import { EndButton } from "./end-button";

export function SessionTable({ sessions }: { sessions: Session[] }) {
  const now = useNow(30_000);
  return (
    <ScrollingTable label={t.security.sessions} className="sm:min-w-[36rem]">
      <thead>
        <tr className="bg-sunken text-xs text-faint">
          <Head>{t.security.device}</Head>
          <Head className="max-sm:hidden">{t.security.began}</Head>
          <Head>{t.security.lastUsed}</Head>
          <Head>
            <span className="sr-only">{t.security.action}</span>
          </Head>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} now={now} />
        ))}
      </tbody>
    </ScrollingTable>
  );
}

function SessionRow({ session, now }: { session: Session; now: number }) {
  const { id, began_at, last_used_at, user_agent, current } = session;
  const device = deviceOf(user_agent);
  const name = device ?? t.security.unknownDevice;
  const cell = "px-4 py-2";
  const time = `${cell} whitespace-nowrap text-soft`;
  // Used after the present time was last looked at is used now.
  const seen = Math.max(now, Date.parse(last_used_at));
  return (
    <tr className="border-t">
      <th scope="row" className={`${cell} max-w-64 text-start font-normal`}>
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium">{name}</span>
          {current && <Badge tone="accent">{t.security.thisOne}</Badge>}
        </span>
        {device === null && <span className="block truncate text-xs text-faint">{user_agent}</span>}
      </th>
      <td className={`${time} max-sm:hidden`}>
        <time dateTime={began_at} title={exactTime(began_at)}>
          {when(began_at)}
        </time>
      </td>
      <td className={time}>
        <time dateTime={last_used_at} title={exactTime(last_used_at)}>
          {ago(last_used_at, seen)}
        </time>
      </td>
      <td className={`${cell} text-end`}>
        {current ? (
          <SignOutButton />
        ) : (
          <EndButton
            run={() => endSession(id)}
            label={t.security.end}
            name={t.security.endOf(name)}
            title={t.security.endTitle(name)}
            hint={t.security.endHint}
          />
        )}
      </td>
    </tr>
  );
}

function SignOutButton() {
  const signOut = useSignOut();
  return (
    <Button size="sm" look="quiet" onClick={() => void signOut()}>
      {t.actions.signOut}
    </Button>
  );
}
