import { Form } from "@base-ui/react/form";
import { type ReactNode, useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { t } from "@/i18n/catalogue";
import { composeWords } from "@/i18n/en/compose-words";
import type { Made, Wrong } from "./made";

/** What every dialog is given that makes a part of a message, or changes one. */
export type ComposeProps<T extends Made> = {
  /** What is changed; without it, another one is made. */
  initial?: T;
  /** What the server found wrong with it. */
  wrong?: Wrong;
  onClose: () => void;
  onMade: (made: T) => void;
};

type Props<T extends Made> = ComposeProps<T> & {
  title: string;
  lead: string;
  wide?: boolean;
  /** What no field can tell by itself, by the place at which it is said. */
  check?: () => Wrong;
  /** As it is sent. */
  make: () => T;
  children: ReactNode;
};

/** The frame of those dialogs: a form that hands over what it made once nothing is wrong with it. */
export function ComposeDialog<T extends Made>(props: Props<T>) {
  const { initial, wrong, title, lead, wide, check, make, onClose, onMade, children } = props;
  const [found, setFound] = useState<Wrong>({});
  const errors = useMemo(() => ({ ...wrong, ...found }), [wrong, found]);
  const submit = () => {
    const now = check?.() ?? {};
    setFound(now);
    if (Object.keys(now).length === 0) onMade(make());
  };
  return (
    <Dialog open onOpenChange={onClose} wide={wide} title={title} description={lead}>
      <Form errors={errors} className="flex flex-col gap-4" onFormSubmit={submit}>
        {children}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary">
            {initial ? composeWords.keep : composeWords.attach}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
