import { useQuery } from "@tanstack/react-query";
import { packageList, providerList } from "@/api/packages";
import type { Chat, Profile, Provider } from "@/api/types";
import { useMay } from "@/components/use-may";

/** The number that answers in a chat, as far as it is known. */
export function useNumber(chat: Chat): Profile | undefined {
  const enabled = useMay("numbers.read");
  return useQuery({ ...packageList(), enabled })
    .data?.items.flatMap((pack) => pack.profiles)
    .find((profile) => profile.id === chat.profile_id);
}

/** The provider of the number that answers in a chat, as far as it is known. */
export function useProvider(chat: Chat): {
  provider: Provider | undefined;
  providers: Provider[] | undefined;
} {
  const enabled = useMay("numbers.read");
  const number = useNumber(chat);
  const providers = useQuery({ ...providerList(), enabled }).data?.items;
  return { provider: providers?.find(({ name }) => name === number?.provider), providers };
}
