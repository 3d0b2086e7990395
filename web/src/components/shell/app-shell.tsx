import { useNavigate, useRouter } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useEffectEvent, useRef, useState } from "react";
import type { Me } from "@/api/types";
import { loadDialogs } from "@/components/ui/dialog";
import { Toaster } from "@/components/ui/toast";
import { t } from "@/i18n/catalogue";
import { dialogOpen, isTyping } from "./keys";
import { PhoneBar, PhoneTop } from "./phone-nav";
import { Rail } from "./rail";
import { SCREENS } from "./screens";
import { loadTenantList } from "./tenant-menu";

const CommandPalette = lazy(() => import("./command-palette"));
const ShortcutsHelp = lazy(() => import("./shortcuts-help"));

type Overlay = "palette" | "help" | null;

export function AppShell({ me, children }: { me: Me; children: ReactNode }) {
  const [overlay, setOverlay] = useState<Overlay>(null);
  useGlobalKeys(setOverlay);
  useReadiness();
  const close = (open: boolean) => !open && setOverlay(null);
  return (
    <div className="flex h-dvh flex-col overflow-hidden lg:flex-row">
      <a
        href="#content"
        className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:start-3 focus:top-3"
      >
        {t.nav.skip}
      </a>
      <Rail me={me} onPalette={() => setOverlay("palette")} onHelp={() => setOverlay("help")} />
      <PhoneTop me={me} onPalette={() => setOverlay("palette")} />
      <main
        id="content"
        tabIndex={-1}
        className="flex min-h-0 min-w-0 flex-1 flex-col outline-none"
      >
        {children}
      </main>
      <PhoneBar />
      <Suspense>
        {overlay === "palette" && (
          <CommandPalette open onOpenChange={close} onHelp={() => setOverlay("help")} />
        )}
        {overlay === "help" && <ShortcutsHelp open onOpenChange={close} />}
      </Suspense>
      <Toaster />
    </div>
  );
}

/**
 * Fetches the other screens and the dialogs once the page has been at rest for a
 * while: they are there at once, and also while the server is away.
 */
function useReadiness() {
  const router = useRouter();
  useEffect(() => {
    const timer = setTimeout(() => {
      const screens = SCREENS.map((screen) => router.preloadRoute({ to: screen.to }));
      // What could not be fetched is fetched when it is asked for.
      void Promise.allSettled([loadDialogs(), loadTenantList(), ...screens]);
    }, 4000);
    return () => clearTimeout(timer);
  }, [router]);
}

function useGlobalKeys(setOverlay: (overlay: Overlay) => void) {
  const navigate = useNavigate();
  const going = useRef(0);
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      setOverlay("palette");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || dialogOpen()) return;
    if (event.key === "?") {
      event.preventDefault();
      setOverlay("help");
    } else if (event.key === "g") {
      going.current = Date.now();
    } else if (Date.now() - going.current < 1200) {
      going.current = 0;
      const screen = SCREENS.find((s) => s.key === event.key);
      if (!screen) return;
      event.preventDefault();
      event.stopPropagation();
      void navigate({ to: screen.to });
    }
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => handle(event);
    // Before the keys of the screen, so that "g" then "n" is one gesture.
    document.addEventListener("keydown", listen, { capture: true });
    return () => document.removeEventListener("keydown", listen, { capture: true });
  }, []);
}
