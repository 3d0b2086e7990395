import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { providerList } from "@/api/packages";
import type { Package, Provider } from "@/api/types";
import { Dialog } from "@/components/ui/dialog";
import { Loaded, SkeletonRows } from "@/components/ui/states";
import { numberWords } from "@/i18n/en/number-words";
import { NewNumberForm } from "./new-number-form";
import { ProviderCards } from "./provider-cards";

const words = numberWords.add;

type Props = { pack: Package; onClose: () => void; onLink: (profileId: string) => void };

/** A number is added in two steps: who connects it, then what that one needs to know. */
export default function AddNumberDialog({ pack, onClose, onLink }: Props) {
  const query = useQuery(providerList());
  const [provider, setProvider] = useState<Provider | null>(null);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      wide
      title={words.title}
      description={provider ? words.hint : words.lead(pack.name)}
    >
      <Loaded
        query={query}
        what={words.choose}
        skeleton={<SkeletonRows rows={5} className="px-0" />}
      >
        {({ items }) =>
          provider ? (
            <NewNumberForm
              pack={pack}
              provider={provider}
              onBack={() => setProvider(null)}
              onClose={onClose}
              onLink={onLink}
            />
          ) : (
            <ProviderCards providers={items} onChoose={setProvider} />
          )
        }
      </Loaded>
    </Dialog>
  );
}
