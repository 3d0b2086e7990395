import { Form } from "@base-ui/react/form";
import { type ClipboardEvent, useState } from "react";
import type { Place } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { t } from "@/i18n/catalogue";
import { mediaWords } from "@/i18n/en/media-words";
import { coordinates } from "./content";

type Props = { onClose: () => void; onPlace: (place: Place) => void };

const words = mediaWords.place;

/** A place by its coordinates, with a name and an address if they are given. */
export default function PlaceDialog({ onClose, onPlace }: Props) {
  const [latitude, setLatitude] = useState("");
  const [longitude, setLongitude] = useState("");
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
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
        className="flex flex-col gap-4"
        onFormSubmit={() =>
          onPlace({
            latitude: Number(latitude),
            longitude: Number(longitude),
            ...(name.trim() && { name: name.trim() }),
            ...(address.trim() && { address: address.trim() }),
          })
        }
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field name="latitude" label={words.latitude}>
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
          <Field name="longitude" label={words.longitude}>
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
        <Field name="name" label={words.name} hint={words.nameHint} optional>
          <Input maxLength={1000} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field name="address" label={words.address} optional>
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
            {words.attach}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
