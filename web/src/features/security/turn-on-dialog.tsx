import { useState } from "react";
import { beginSecondFactor } from "@/api/security";
import type { Enrolment } from "@/api/types";
import { t } from "@/i18n/catalogue";
import { EnrolDialog } from "./enrol-dialog";
import { PasswordDialog } from "./password-dialog";

type Props = { hasPassword: boolean; onClose: () => void; onCodes: (codes: string[]) => void };

/** First the password, then the app. */
export function TurnOnDialog({ hasPassword, onClose, onCodes }: Props) {
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  if (enrolment) return <EnrolDialog enrolment={enrolment} onClose={onClose} onCodes={onCodes} />;
  return (
    <PasswordDialog
      title={t.secondFactor.turnOnTitle}
      lead={hasPassword ? t.secondFactor.passwordLead : t.secondFactor.offHint}
      action={t.secondFactor.go}
      hasPassword={hasPassword}
      run={(password) => beginSecondFactor(password, setEnrolment)}
      onClose={onClose}
    />
  );
}
