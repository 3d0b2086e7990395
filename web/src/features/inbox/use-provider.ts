import { useQuery } from "@tanstack/react-query";
import { packageList, providerList } from "@/api/packages";
import type { Chat, Provider } from "@/api/types";
import { useMay } from "@/components/use-may";

/** The provider of the number that answers in a chat, as far as it is known. */
export function useProvider(chat: Chat): {
  provider: Provider | undefined;
  providers: Provider[] | undefined;
} {
  const enabled = useMay("numbers.read");
  const packages = useQuery({ ...packageList(), enabled }).data?.items;
  const providers = useQuery({ ...providerList(), enabled }).data?.items;
  const number = packages
    ?.flatMap((pack) => pack.profiles)
    .find((profile) => profile.id === chat.profile_id);
  return { provider: providers?.find(({ name }) => name === number?.provider), providers };
}
