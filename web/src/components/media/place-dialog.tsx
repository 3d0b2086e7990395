import { Form } from "@base-ui/react/form";
import { type ClipboardEvent, useState } from "react";
import type { Attachment } from "@/api/types";
import type { Wrong } from "@/components/compose/made";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { t } from "@/i18n/catalogue";
import { composeWords } from "@/i18n/en/compose-words";
import { mediaWords } from "@/i18n/en/media-words";
import { coordinates } from "./content";

type Place = Extract<Attachment, { type: "location" }>;

type Props = {
  initial?: Place;
  wrong?: Wrong;
  onClose: () => void;
  onMade: (place: Place) => void;
};

const words = mediaWords.place;

/** A place by its coordinates, with a name and an address if they are given. */
export default function PlaceDialog({ initial, wrong, onClose, onMade }: Props) {
  const [latitude, setLatitude] = useState(() => String(initial?.latitude ?? ""));
  const [longitude, setLongitude] = useState(() => String(initial?.longitude ?? ""));
  const [name, setName] = useState(initial?.name ?? "");
  const [address, setAddress] = useState(initial?.address ?? "");
  const paste = (event: ClipboardEvent) => {
    const both = coordinates(event.clipboardData.getData("text"));
    if (!both) return;
    event.preventDefault();
    setLatitude(String(both[0]));
    setLongitude(String(both[1]));
  };
  return (
    <Dialog open onOpenChange={onClose} title={words.title} description={words.lead}>
      <Form
        errors={wrong}
        className="flex flex-col gap-4"
        onFormSubmit={() =>
          onMade({
            type: "location",
            latitude: Number(latitude),
            longitude: Number(longitude),
            ...(name.trim() && { name: name.trim() }),
            ...(address.trim() && { address: address.trim() }),
          })
        }
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field name="attachment.latitude" label={words.latitude}>
            <Input
              required
              type="number"
              inputMode="decimal"
              step="any"
              min={-90}
              max={90}
              autoComplete="off"
              className="tnum"
              value={latitude}
              onChange={(event) => setLatitude(event.target.value)}
              onPaste={paste}
            />
          </Field>
          <Field name="attachment.longitude" label={words.longitude}>
            <Input
              required
              type="number"
              inputMode="decimal"
              step="any"
              min={-180}
              max={180}
              autoComplete="off"
              className="tnum"
              value={longitude}
              onChange={(event) => setLongitude(event.target.value)}
              onPaste={paste}
            />
          </Field>
        </div>
        <p className="-mt-2 text-xs text-faint">{words.paste}</p>
        <Field name="attachment.name" label={words.name} hint={words.nameHint} optional>
          <Input maxLength={1000} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field name="attachment.address" label={words.address} optional>
          <Input
            maxLength={1000}
            value={address}
            onChange={(event) => setAddress(event.target.value)}
          />
        </Field>
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t.actions.cancel}
          </Button>
          <Button type="submit" look="primary">
            {initial ? composeWords.keep : words.attach}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
