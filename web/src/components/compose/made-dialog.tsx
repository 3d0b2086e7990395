import { lazy, Suspense } from "react";
import type { ComposeProps } from "./compose-dialog";
import type { Made, MadeKind } from "./made";

const PlaceDialog = lazy(() => import("@/components/media/place-dialog"));
const CardsDialog = lazy(() => import("./cards-dialog"));
const ButtonsDialog = lazy(() => import("./buttons-dialog"));
const ListDialog = lazy(() => import("./list-dialog"));

type Props = ComposeProps<Made> & { kind: MadeKind };

/** Makes a place, cards, buttons or a list, or changes one. */
export function MadeDialog({ kind, initial, ...rest }: Props) {
  const of = <K extends MadeKind>(type: K) =>
    initial?.type === type ? (initial as Extract<Made, { type: K }>) : undefined;
  return (
    <Suspense>
      {kind === "location" && <PlaceDialog initial={of("location")} {...rest} />}
      {kind === "contacts" && <CardsDialog initial={of("contacts")} {...rest} />}
      {kind === "buttons" && <ButtonsDialog initial={of("buttons")} {...rest} />}
      {kind === "list" && <ListDialog initial={of("list")} {...rest} />}
    </Suspense>
  );
}
