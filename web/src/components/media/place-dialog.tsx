import { type ClipboardEvent, useState } from "react";
import type { Attachment } from "@/api/types";
import { ComposeDialog, type ComposeProps } from "@/components/compose/compose-dialog";
import { Field, Input } from "@/components/ui/field";
import { mediaWords } from "@/i18n/en/media-words";
import { coordinates } from "./content";

type Place = Extract<Attachment, { type: "location" }>;

const words = mediaWords.place;

/** A place by its coordinates, with a name and an address if they are given. */
export default function PlaceDialog(props: ComposeProps<Place>) {
  const { initial } = props;
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
  const make = (): Place => ({
    type: "location",
    latitude: Number(latitude),
    longitude: Number(longitude),
    ...(name.trim() && { name: name.trim() }),
    ...(address.trim() && { address: address.trim() }),
  });
  return (
    <ComposeDialog {...props} title={words.title} lead={words.lead} make={make}>
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
    </ComposeDialog>
  );
}
