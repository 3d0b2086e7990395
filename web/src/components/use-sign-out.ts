import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { signOut } from "@/api/auth";
import { toastFailure } from "@/components/ui/toasts";
import { t } from "@/i18n/catalogue";

/** Ends the session of this browser; nothing that it read stays behind. */
export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate();
  const client = useQueryClient();
  return async () => {
    try {
      await signOut();
    } catch (error) {
      toastFailure(t.toasts.failed(t.actions.signOut), error);
      return;
    }
    await navigate({ to: "/sign-in" });
    client.clear();
  };
}
