import { Form } from "@base-ui/react/form";
import { useState } from "react";
import { addProfile } from "@/api/packages";
import { ApiError } from "@/api/problem";
import type { Package } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { explain } from "@/components/ui/toasts";
import { useCommand } from "@/components/use-command";
import { t } from "@/i18n/catalogue";
import { ProviderNotice } from "./provider-notice";

const blank = {
  name: "",
  phone: "",
  phone_number_id: "",
  access_token: "",
  app_secret: "",
  verify_token: "",
  base_url: "",
};
type Values = typeof blank;

export default function AddProfileDialog({
  pack,
  onClose,
}: {
  pack: Package;
  onClose: () => void;
}) {
  const [values, setValues] = useState(blank);
  const [notice, setNotice] = useState<string | null>(null);
  const add = useCommand({
    run: (_: undefined, key) => {
      const { base_url, ...rest } = values;
      const body = {
        ...rest,
        provider: "cloud_api" as const,
        ...(base_url.trim() ? { base_url: base_url.trim() } : {}),
      };
      return addProfile(pack.id, body, key);
    },
    title: t.numbers.addTitle,
    touches: [["packages"]],
    quietFailure: true,
    // A number with a warning is not added without it having been seen.
    onAccepted: ({ data }) => (data.provider_notice ? setNotice(data.provider_notice) : onClose()),
  });
  if (notice !== null) {
    return (
      <Dialog open onOpenChange={onClose} title={t.numbers.addedTitle(values.name)}>
        <ProviderNotice notice={notice} />
        <DialogActions>
          <Button look="primary" onClick={onClose}>
            {t.actions.close}
          </Button>
        </DialogActions>
      </Dialog>
    );
  }
  // What holds for a number beside it from the same provider holds for this one.
  const notices = new Set(
    pack.profiles
      .filter(({ provider }) => provider === "cloud_api")
      .flatMap(({ provider_notice }) => provider_notice ?? []),
  );
  const fields = add.error instanceof ApiError ? add.error.fields : {};
  const input = (
    key: keyof Values,
    label: string,
    kind: "text" | "tel" | "password" | "url" = "text",
    hint?: string,
  ) => (
    <Field name={key} label={label} hint={hint} optional={key === "base_url"}>
      <Input
        type={kind}
        required={key !== "base_url"}
        autoComplete={kind === "password" ? "new-password" : "off"}
        spellCheck={false}
        value={values[key]}
        onChange={(event) => setValues({ ...values, [key]: event.target.value })}
      />
    </Field>
  );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title={t.numbers.addTitle}
      description={t.numbers.addHint}
    >
      <Form errors={fields} onFormSubmit={() => add.mutate(undefined)}>
        <div className="grid gap-4 sm:grid-cols-2">
          {input("name", t.numbers.displayName)}
          {input("phone", t.numbers.phone, "tel", t.contacts.phoneHint)}
          {input("phone_number_id", t.numbers.phoneNumberId)}
          {input("access_token", t.numbers.accessToken, "password")}
          {input("app_secret", t.numbers.appSecret, "password")}
          {input("verify_token", t.numbers.verifyToken, "password")}
          <div className="sm:col-span-2">
            {input("base_url", t.numbers.baseUrl, "url", t.numbers.baseUrlHint)}
          </div>
        </div>
        {[...notices].map((known) => (
          <ProviderNotice key={known} notice={known} />
        ))}
        {add.error && Object.keys(fields).length === 0 && (
          <p role="alert" className="mt-4 rounded-lg bg-bad-wash px-3 py-2 text-bad">
            {explain(add.error)}
          </p>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary" pending={add.isPending}>
            {t.numbers.addProfile}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
