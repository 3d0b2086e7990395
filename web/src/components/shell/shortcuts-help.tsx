import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { SCREENS } from "./screens";

const groups: { title: string; rows: [string[], string][] }[] = [
  {
    title: t.shortcuts.everywhere,
    rows: [
      [["Ctrl", "K"], t.shortcuts.palette],
      [["?"], t.shortcuts.help],
      ...SCREENS.map((screen): [string[], string] => [["g", screen.key], screen.label]),
    ],
  },
  {
    title: t.shortcuts.lists,
    rows: [
      [["j", "k"], t.shortcuts.move],
      [["Enter"], t.shortcuts.openRow],
    ],
  },
  {
    title: t.shortcuts.inbox,
    rows: [
      [["j"], t.shortcuts.nextChat],
      [["k"], t.shortcuts.previousChat],
      [["r"], t.shortcuts.reply],
      [["Enter"], t.shortcuts.sendReply],
      [["Esc"], t.shortcuts.leave],
    ],
  },
];

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

export default function ShortcutsHelp({ open, onOpenChange }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.shortcuts.title} wide>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1 text-xs font-medium text-faint">{group.title}</h3>
            <dl>
              {group.rows.map(([keys, label]) => (
                <div
                  key={label}
                  className="flex items-center justify-between gap-4 border-b py-1.5 last:border-0"
                >
                  <dt>{label}</dt>
                  <dd className="flex gap-1">
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
