import { Field, Input } from "@/components/ui/field";
import { composeWords as words } from "@/i18n/en/compose-words";
import { LIMITS } from "./limits";

export type Frame = { header: string; footer: string };

/** What stands above and below the text of buttons and lists. */
export function FrameFields({
  frame,
  onChange,
}: {
  frame: Frame;
  onChange: (part: Partial<Frame>) => void;
}) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {(["header", "footer"] as const).map((one) => (
        <Field
          key={one}
          name={`attachment.${one}`}
          label={words[one]}
          hint={words.upTo(LIMITS.frame)}
          optional
        >
          <Input
            maxLength={LIMITS.frame}
            value={frame[one]}
            onChange={(event) => onChange({ [one]: event.target.value })}
          />
        </Field>
      ))}
    </div>
  );
}

/** As it is sent: without what was left empty. */
export const framed = ({ header, footer }: Frame) => ({
  ...(header.trim() && { header: header.trim() }),
  ...(footer.trim() && { footer: footer.trim() }),
});

export const frameOf = (made?: { header?: string | null; footer?: string | null }): Frame => ({
  header: made?.header ?? "",
  footer: made?.footer ?? "",
});
