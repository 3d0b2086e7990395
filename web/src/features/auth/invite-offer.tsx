import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { inviteOffer, me } from "@/api/auth";
import { ApiError } from "@/api/problem";
import { mayHaveSession } from "@/api/session";
import type { InviteOffer as Offer } from "@/api/team-types";
import { ErrorPanel, SkeletonRows } from "@/components/ui/states";
import { t } from "@/i18n/catalogue";
import { when } from "@/i18n/format";
import { AuthFrame } from "./auth-frame";
import { InviteForm } from "./invite-form";

type Props = { token: string; onAccepted: () => Promise<void>; foot: ReactNode };

/** Who invites into what, and the way in; or why the link leads nowhere. */
export function InviteOffer({ token, onAccepted, foot }: Props) {
  const query = useQuery(inviteOffer(token));
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const error = refusal ?? query.error;
  if (error instanceof ApiError && isOver(error)) {
    const expired = error.status === 410;
    return (
      <AuthFrame
        title={expired ? t.invite.expiredTitle : t.invite.unknownTitle}
        lead={expired ? t.invite.expired : t.invite.unknown}
        foot={foot}
      />
    );
  }
  if (!query.data) {
    return (
      <AuthFrame title={t.invite.what} lead={t.invite.checking} foot={foot}>
        {query.error ? (
          <ErrorPanel
            what={t.invite.what}
            error={query.error}
            onRetry={() => query.refetch()}
            className="px-0"
          />
        ) : (
          <SkeletonRows rows={4} className="px-0" />
        )}
      </AuthFrame>
    );
  }
  const offer = query.data;
  return (
    <AuthFrame
      title={t.invite.title(offer.business_name)}
      lead={t.invite.lead(offer.business_name, t.roles.names[offer.role])}
      foot={foot}
    >
      <p className="mb-5 text-soft">
        {t.roles.meanings[offer.role]} {t.invite.expires(when(offer.expires_at))}
      </p>
      <SignedInElsewhere offer={offer} />
      <InviteForm
        token={token}
        offer={offer}
        onDone={onAccepted}
        onRefused={(refused) => isOver(refused) && setRefusal(refused)}
      />
    </AuthFrame>
  );
}

/** Used, withdrawn or never made; or too old. */
const isOver = (error: ApiError) => error.status === 404 || error.status === 410;

function SignedInElsewhere({ offer }: { offer: Offer }) {
  const { data } = useQuery({ ...me(), enabled: mayHaveSession() });
  if (!data || data.user.email.toLowerCase() === offer.email.toLowerCase()) return null;
  return (
    <p role="status" className="mb-5 rounded-lg bg-warn-wash px-3 py-2 text-warn">
      {t.invite.signedInAs(data.user.full_name, data.user.email)}
    </p>
  );
}
