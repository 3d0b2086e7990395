import { useQuery } from "@tanstack/react-query";
import { signInProviders, signInWith } from "@/api/auth";
import { expectSession } from "@/api/session";
import { buttonStyle } from "@/components/ui/button";
import { t } from "@/i18n/catalogue";

/** Ways in without a password; nothing where there are none, or while they are not known. */
export function ProviderLinks() {
  const providers = useQuery(signInProviders()).data?.items ?? [];
  if (providers.length === 0) return null;
  return (
    <div className="mt-5 flex flex-col gap-2">
      <p className="flex items-center gap-3 text-xs text-faint">
        <span aria-hidden="true" className="h-px flex-1 bg-line" />
        {t.signIn.or}
        <span aria-hidden="true" className="h-px flex-1 bg-line" />
      </p>
      {providers.map(({ id, name }) => (
        <a
          key={id}
          href={signInWith(id)}
          // Whoever comes back signed in has to be asked for, though this page did not sign them in.
          onClick={expectSession}
          onAuxClick={expectSession}
          className={buttonStyle({ size: "lg" })}
        >
          {t.signIn.with(name)}
        </a>
      ))}
    </div>
  );
}
