import { useState } from "react";
import { renewRecoveryCodes } from "@/api/security";
import type { SecondFactor as State } from "@/api/types";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/page";
import { t } from "@/i18n/catalogue";
import { dayOf } from "@/i18n/format";
import { PasswordDialog } from "./password-dialog";
import { RecoveryCodes } from "./recovery-codes";
import { TurnOffDialog } from "./turn-off-dialog";
import { TurnOnDialog } from "./turn-on-dialog";

/** Below it, somebody who loses the phone may soon be locked out. */
const FEW = 3;

type Doing = "on" | "off" | "codes" | null;
type Props = { state: State; hasPassword: boolean };

export function SecondFactor({ state, hasPassword }: Props) {
  const words = t.secondFactor;
  const [doing, setDoing] = useState<Doing>(null);
  // Shown once: they live in this state alone.
  const [codes, setCodes] = useState<string[] | null>(null);
  const show = (fresh: string[]) => {
    setDoing(null);
    setCodes(fresh);
  };
  const close = () => setDoing(null);
  return (
    <Panel
      label={words.title}
      title={
        <span className="flex items-center gap-2.5">
          {words.title}
          <Badge tone={state.enabled ? "good" : "neutral"} dot>
            {state.enabled ? words.on : words.off}
          </Badge>
        </span>
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <p className="max-w-prose min-w-0 flex-1 basis-60 text-soft">
          {state.enabled ? (
            <>
              {state.since && `${words.since(dayOf(state.since))} `}
              {words.codesLeft(state.recovery_codes_left)}
            </>
          ) : (
            words.offHint
          )}
        </p>
        <div className="ms-auto flex flex-wrap gap-2">
          {state.enabled ? (
            <>
              <Button size="sm" look="quiet" onClick={() => setDoing("off")}>
                {words.turnOff}
              </Button>
              <Button size="sm" onClick={() => setDoing("codes")}>
                {words.regenerate}
              </Button>
            </>
          ) : (
            <Button size="sm" look="primary" onClick={() => setDoing("on")}>
              {words.turnOn}
            </Button>
          )}
        </div>
      </div>
      {state.enabled && state.recovery_codes_left < FEW && (
        <p role="status" className="border-t bg-warn-wash px-4 py-2 text-warn">
          {words.fewCodes}
        </p>
      )}
      {doing === "on" && <TurnOnDialog hasPassword={hasPassword} onClose={close} onCodes={show} />}
      {doing === "off" && <TurnOffDialog hasPassword={hasPassword} onClose={close} />}
      {doing === "codes" && (
        <PasswordDialog
          title={words.regenerate}
          lead={words.regenerateLead}
          action={words.regenerateAction}
          hasPassword={hasPassword}
          run={(password) =>
            renewRecoveryCodes(password, ({ recovery_codes }) => show(recovery_codes))
          }
          onClose={close}
        />
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
    </Panel>
  );
}
