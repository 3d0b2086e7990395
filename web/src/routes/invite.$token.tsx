import { useQueryClient } from "@tanstack/react-query";
import { createFileRoute, Link, useNavigate } from "@tanstack/react-router";
import { startAfresh } from "@/api/auth";
import { InviteOffer } from "@/features/auth/invite-offer";
import { t } from "@/i18n/catalogue";

export const Route = createFileRoute("/invite/$token")({ component: InvitePage });

function InvitePage() {
  const { token } = Route.useParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const enter = async () => {
    await startAfresh(client);
    await navigate({ to: "/" });
  };
  return (
    <InviteOffer
      token={token}
      onAccepted={enter}
      foot={
        <>
          {t.invite.instead}{" "}
          <Link to="/sign-in" className="font-medium text-accent-ink underline underline-offset-2">
            {t.auth.signIn}
          </Link>
        </>
      }
    />
  );
}
