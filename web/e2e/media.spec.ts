import { violations, violationsEverywhere } from "./axe";
import { pdf, png, wav } from "./files";
import {
  acceptTerms,
  commandHeaders,
  expect,
  type Page,
  phones,
  reached,
  SANDBOX,
  test,
  unique,
} from "./operator";

const image = (name: string, colour: [number, number, number] = [30, 140, 120]) => ({
  name,
  mimeType: "image/png",
  buffer: png(320, 240, colour),
});

/** Names of files have no blanks in these tests, so that they are what the server keeps. */
const named = (prefix: string, ending = "png") =>
  `${unique(prefix).replaceAll(" ", "-")}.${ending}`;

async function upload(page: Page, file: ReturnType<typeof image>): Promise<string> {
  const answer = await page.request.post("/api/v1/media", {
    headers: commandHeaders(),
    multipart: { file },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  await reached(page, "/media", answer);
  return (await answer.json()).id;
}

async function ownNumber(page: Page): Promise<string> {
  const { items } = await (await page.request.get("/api/v1/packages")).json();
  return items[0].profiles[0].phone_number_id;
}

/** Somebody sends something to a number of the business. */
async function receive(page: Page, message: Record<string, unknown>): Promise<void> {
  const sent = await page.request.post(`${SANDBOX}/_sandbox/inbound`, {
    data: { profile: await ownNumber(page), ...message },
  });
  expect(sent.ok(), await sent.text()).toBe(true);
}

/** Whether the browser has really decoded the picture. */
const isDrawn = (image: ReturnType<Page["locator"]>) =>
  expect
    .poll(() => image.evaluate((node) => (node as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0);

test("files are added, a file that lies is refused with the reason, and one is removed", async ({
  operator: page,
  complaints,
}) => {
  test.setTimeout(150_000);
  complaints.allow(/status of 422/);
  const name = named("menu");
  const lie = named("invoice", "pdf");
  await page.goto("/media");
  await page
    .getByLabel("Add files", { exact: true })
    .setInputFiles([
      image(name),
      { name: lie, mimeType: "application/pdf", buffer: png(8, 8, [1, 2, 3]) },
    ]);
  const uploads = page.getByRole("list", { name: "Uploads" });
  await expect(uploads.getByRole("listitem").filter({ hasText: name })).toContainText("Added");
  await expect(uploads.getByRole("listitem").filter({ hasText: lie })).toContainText(
    "Not added: the file says it is application/pdf, its content is image/png",
  );
  const tile = page.getByRole("list", { name: "Files" }).getByRole("button", { name });
  await expect(tile).toBeVisible();
  await isDrawn(tile.locator("img"));
  expect(await violationsEverywhere(page)).toEqual([]);
  await page.getByRole("button", { name: "Hide the list" }).click();
  await expect(uploads).toHaveCount(0);

  // Found by its name and its kind; the view is its URL.
  await page.getByRole("searchbox", { name: "Name of the file" }).fill(name.slice(0, -4));
  await expect(page).toHaveURL(/q=menu/);
  await page.getByRole("combobox", { name: "Kind" }).selectOption("document");
  await expect(page.getByText("No file matches")).toBeVisible();
  await page.getByRole("combobox", { name: "Kind" }).selectOption("image");
  await page.reload();
  await tile.click();

  const drawer = page.getByRole("dialog", { name });
  await isDrawn(drawer.locator("img"));
  await expect(drawer.getByText("image/png")).toBeVisible();
  await expect(drawer.getByText("Not scanned")).toBeVisible();
  await expect(drawer.getByRole("region", { name: "How it is sent" })).toContainText(
    "Picture, Document",
  );
  expect(await violationsEverywhere(page)).toEqual([]);
  const download = page.waitForEvent("download");
  await drawer.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe(name);
  await drawer.getByRole("button", { name: `Enlarge ${name}` }).click();
  const large = page.getByRole("dialog", { name, exact: true }).getByRole("img", { name });
  await isDrawn(large);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  await drawer.getByRole("button", { name: "Remove" }).click();
  const sure = page.getByRole("dialog", { name: `Remove ${name}?` });
  expect(await violations(page)).toEqual([]);
  await sure.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(tile).toHaveCount(0);
});

test("a file that a campaign is still to send is not removed", async ({
  operator: page,
  complaints,
}) => {
  complaints.allow(/status of 409/);
  await acceptTerms(page);
  const name = named("poster");
  const campaign = unique("Poster");
  const media_id = await upload(page, image(name));
  const [phone] = phones(1) as [string];
  const tag = unique("tag").replaceAll(" ", "-");
  const contact = await page.request.post("/api/v1/contacts", {
    headers: commandHeaders(),
    data: { name: "Sari", phone, consent: true, tags: [tag] },
  });
  expect(contact.ok(), await contact.text()).toBe(true);
  const packages = await (await page.request.get("/api/v1/packages")).json();
  const made = await page.request.post("/api/v1/campaigns", {
    headers: commandHeaders(),
    data: {
      name: campaign,
      audience: { tags: [tag] },
      template_text: "",
      attachment: { type: "media", media_id },
      package_id: packages.items[0].id,
      schedule_at: `${new Date().getFullYear() + 1}-03-01T09:00:00Z`,
    },
  });
  expect(made.ok(), await made.text()).toBe(true);
  const { id } = await made.json();
  await reached(page, "/contacts", contact);
  const started = await page.request.post(`/api/v1/campaigns/${id}/start`, {
    headers: commandHeaders(),
  });
  expect(started.ok(), await started.text()).toBe(true);

  await page.goto(`/media?open=${media_id}`);
  await page.getByRole("dialog", { name }).getByRole("button", { name: "Remove" }).click();
  const sure = page.getByRole("dialog", { name: `Remove ${name}?` });
  await sure.getByRole("button", { name: "Remove" }).click();
  await expect(sure.getByRole("alert")).toContainText("It is still to be sent by");
  await expect(sure.getByRole("alert")).toContainText(campaign);
  expect(await violations(page)).toEqual([]);
  await sure.getByRole("button", { name: "Keep it" }).click();

  await page.request.post(`/api/v1/campaigns/${id}/cancel`, { headers: commandHeaders() });
});

test("a campaign goes out with a picture, and its draft can change it", async ({
  operator: page,
}) => {
  test.setTimeout(180_000);
  await acceptTerms(page);
  const name = named("sale");
  const campaign = unique("Sale");
  const [phone] = phones(1) as [string];
  const tag = unique("tag").replaceAll(" ", "-");
  const contact = await page.request.post("/api/v1/contacts", {
    headers: commandHeaders(),
    data: { name: "Sari", phone, consent: true, tags: [tag] },
  });
  expect(contact.ok(), await contact.text()).toBe(true);
  await reached(page, "/contacts", contact);

  await page.goto(
    `/campaigns/new?step=2&name=${encodeURIComponent(campaign)}&audience=tags:${tag}`,
  );
  const field = page.getByRole("region", { name: "Attachment" });
  await field.getByLabel("Upload a file").setInputFiles(image(name, [190, 90, 40]));
  await expect(field.getByText(name)).toBeVisible();
  const preview = page.getByRole("region", { name: "Preview", exact: true });
  await isDrawn(preview.locator("img"));

  // A caption is shorter than a text may be.
  const text = page.getByLabel("Text of the message");
  await text.fill("x".repeat(1025));
  await expect(page.getByText("1,025 of 1,024 characters")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Continue/ })).toHaveAttribute(
    "data-reason",
    /at most/,
  );
  await text.fill("Hi {{name}}, from today.");
  await expect(preview).toContainText("Hi Sari, from today.");
  expect(await violationsEverywhere(page)).toEqual([]);

  // As a document, then as a picture again; taken away and chosen from the gallery.
  await field.getByLabel("Send it as").selectOption("document");
  await expect(preview.getByRole("link", { name })).toBeVisible();
  await field.getByRole("button", { name: `Take away ${name}` }).click();
  await expect(preview.locator("img")).toHaveCount(0);
  await field.getByRole("button", { name: "Attach something" }).click();
  await page.getByRole("menuitem", { name: "From the gallery" }).click();
  const gallery = page.getByRole("dialog", { name: "Choose from the gallery" });
  await gallery.getByRole("searchbox").fill(name.slice(0, -4));
  await expect(gallery.getByRole("button", { name: /^Choose / })).toHaveCount(1);
  expect(await violations(page)).toEqual([]);
  await gallery.getByRole("button", { name: `Choose ${name}` }).click();
  await isDrawn(preview.locator("img"));

  // What is attached stands in the URL, and in the draft.
  await expect(page).toHaveURL(/attachment=/);
  await page.reload();
  await isDrawn(preview.locator("img"));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Continue" }).click();
  await isDrawn(page.getByRole("main").locator("section img").first());
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Save as draft" }).click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}/);
  await isDrawn(page.getByRole("main").locator("img").first());
  expect(await violations(page)).toEqual([]);

  // A draft loses it by being told so, and gets it again.
  const id = new URL(page.url()).pathname.split("/").at(-1);
  await page.goto(`/campaigns/new?draft=${id}&step=2`);
  await field.getByRole("button", { name: `Take away ${name}` }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page).toHaveURL(new RegExp(`/campaigns/${id}`));
  const attachment = async () =>
    (await (await page.request.get(`/api/v1/campaigns/${id}`)).json()).attachment;
  await expect.poll(attachment).toBeNull();
  await page.goto(`/campaigns/new?draft=${id}&step=2`);
  await field.getByLabel("Upload a file").setInputFiles(image(name, [190, 90, 40]));
  await expect(field.getByText(name)).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: /^Start for 1 / }).click();
  await page.getByRole("button", { name: "Start now" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Completed", {
    timeout: 60_000,
  });
  const sends = await page.request.get(
    `${SANDBOX}/_sandbox/sends?to=${encodeURIComponent(phone)}&limit=5`,
  );
  expect(await sends.json()).toHaveLength(1);
  await isDrawn(page.getByRole("main").locator("img").first());
});

test("a person sends a picture, and a picture, a document and a place are answered", async ({
  operator: page,
}) => {
  test.setTimeout(150_000);
  const [from] = phones(1) as [string];
  const person = unique("Rani");
  await page.goto("/inbox");
  await expect(page.locator("[data-live=live]")).toBeVisible();
  await receive(page, {
    from,
    name: person,
    type: "image",
    text: "Is it this one?",
    media_base64: png(200, 150, [60, 60, 200]).toString("base64"),
    mime_type: "image/png",
  });
  await page
    .getByRole("list", { name: "Chats" })
    .getByRole("button", { name: new RegExp(person) })
    .click();
  const thread = page.getByRole("log", { name: "Messages" });
  const question = thread.locator("[data-message]").filter({ hasText: "Is it this one?" });
  await isDrawn(question.locator("img"));
  await question.getByRole("button", { name: "Enlarge Picture" }).click();
  await expect(page.getByRole("dialog", { name: "Picture" })).toBeVisible();
  await page.keyboard.press("Escape");

  // Everything else that people send has its form too.
  await receive(page, { from, type: "document", file_name: "order.pdf" });
  await receive(page, {
    from,
    type: "location",
    latitude: 52.5,
    longitude: 13.4,
    text: "The gate",
  });
  await receive(page, { from, type: "sticker" });
  const media_base64 = wav().toString("base64");
  await receive(page, { from, type: "audio", media_base64, mime_type: "audio/wav" });
  await expect(thread.getByText("The gate")).toBeVisible({ timeout: 20_000 });
  await expect(thread.getByRole("link", { name: "Open on a map" })).toHaveAttribute(
    "href",
    /^https:\/\/www\.openstreetmap\.org\/\?mlat=52\.5&mlon=13\.4/,
  );
  await expect(thread.getByRole("link", { name: /Download/ })).toBeVisible({ timeout: 20_000 });
  await expect(thread.locator("audio")).toBeVisible({ timeout: 20_000 });

  // A picture from the disk with its caption, a document, and a place: a message each.
  const name = named("blue");
  const answer = unique("Yes, the blue one.");
  const composer = page.getByRole("textbox", { name: "Write a reply" });
  await page
    .getByLabel("Upload a file")
    .setInputFiles([
      image(name),
      { name: named("terms", "pdf"), mimeType: "application/pdf", buffer: pdf() },
    ]);
  const strip = page.getByRole("list", { name: "Attachment" });
  await expect(strip.locator("[data-attached=ready]")).toHaveCount(2);
  await page.getByRole("button", { name: "Attach something" }).click();
  await page.getByRole("menuitem", { name: "A location" }).click();
  const place = page.getByRole("dialog", { name: "Attach a location" });
  await place.getByLabel("Latitude").fill("52.5163");
  await place.getByLabel("Longitude").fill("13.3777");
  await place.getByRole("textbox", { name: /^Name/ }).fill("Our shop");
  expect(await violations(page)).toEqual([]);
  await place.getByRole("button", { name: "Attach" }).click();
  await expect(strip.locator("[data-attached=ready]")).toHaveCount(3);
  await composer.fill(answer);
  expect(await violationsEverywhere(page)).toEqual([]);
  await composer.press("Enter");
  await expect(strip).toHaveCount(0);
  const reply = thread.locator("[data-message]").filter({ hasText: answer });
  await isDrawn(reply.locator("img"));
  for (const part of [reply, thread.locator("[data-message]").filter({ hasText: "Our shop" })]) {
    await expect(part).toHaveCount(1);
    await expect(part.getByText(/Sent|Delivered|Read/)).toBeAttached({ timeout: 30_000 });
  }
  expect(await violationsEverywhere(page)).toEqual([]);

  // What was received is among the files, and so is what was sent.
  await page.goto("/media?origin=inbound");
  await expect(
    page.getByRole("list", { name: "Files" }).getByRole("button", { name: new RegExp(person) }),
  ).not.toHaveCount(0);
});

test("a picture is pasted, and files are dropped where they are wanted", async ({
  operator: page,
}) => {
  const [from] = phones(1) as [string];
  const person = unique("Budi");
  await receive(page, { from, name: person, text: "Hello" });
  await page.goto("/inbox");
  await page
    .getByRole("list", { name: "Chats" })
    .getByRole("button", { name: new RegExp(person) })
    .click({ timeout: 20_000 });
  const composer = page.getByRole("textbox", { name: "Write a reply" });
  await composer.focus();
  const content = png(64, 64, [200, 60, 90]).toString("base64");
  const bring = (kind: "paste" | "drop", target: string, name: string) =>
    page.locator(target).evaluate(
      (node, [how, bytes, file]) => {
        const data = new DataTransfer();
        const binary = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
        data.items.add(new File([binary], file, { type: "image/png" }));
        const shared = { bubbles: true, cancelable: true };
        const event =
          how === "paste"
            ? new ClipboardEvent("paste", { ...shared, clipboardData: data })
            : new DragEvent("drop", { ...shared, dataTransfer: data });
        node.dispatchEvent(event);
      },
      [kind, content, name] as const,
    );
  await bring("paste", "main textarea", "pasted.png");
  await bring("drop", "[role=log]", "dropped.png");
  const strip = page.getByRole("list", { name: "Attachment" });
  await expect(strip.locator("[data-attached=ready]")).toHaveCount(2);
  await strip.getByRole("button", { name: "Take away pasted.png" }).click();
  await expect(strip.getByRole("listitem")).toHaveCount(1);

  await page.goto("/media");
  const name = named("thrown");
  await bring("drop", "main > section", name);
  await expect(
    page.getByRole("list", { name: "Files" }).getByRole("button", { name }),
  ).toBeVisible();
});
