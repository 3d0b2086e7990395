import { Link } from "@tanstack/react-router";
import { Dialog } from "@/components/ui/dialog";
import { t } from "@/i18n/catalogue";
import { PHONE_TABS, SCREENS } from "./screens";

/** The screens that have no place in the bar of a phone. */
export default function MoreSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose} title={t.nav.more} side="bottom">
      <ul className="-mx-2">
        {SCREENS.slice(PHONE_TABS).map((screen) => (
          <li key={screen.to}>
            <Link
              to={screen.to}
              onClick={onClose}
              className="flex h-12 items-center gap-3 rounded-lg px-3 text-base font-medium hover:bg-hover"
            >
              <screen.icon aria-hidden="true" className="size-5 text-faint" />
              {screen.label}
            </Link>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
