import { expect, type Page } from "@playwright/test";

/** The newest link of a kind that was mailed to somebody, other than the ones known already. */
export async function mailedLink(
  page: Page,
  email: string,
  kind: RegExp,
  not: readonly string[] = [],
): Promise<URL> {
  let found: string | undefined;
  await expect
    .poll(async () => {
      const html = await (await page.request.get("/dev/mail")).text();
      const mails = html.split("<article>").filter((mail) => mail.includes(`to ${email}</p>`));
      const links = mails.flatMap((mail) => [...mail.matchAll(/href="([^"]+)"/g)]);
      found = links
        .map(([, link = ""]) => link)
        .find((link) => kind.test(link) && !not.includes(link));
      return found !== undefined;
    })
    .toBe(true);
  return new URL(found ?? "");
}
