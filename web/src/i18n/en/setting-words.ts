/** What a provider may be told besides its credentials: a title, what it does, and what holds without it. */
type Setting = { title: string; help: string; usual?: string };

/** Settings of providers by their names, fetched with the forms of numbers. */
export const settingWords: Record<string, Setting> = {
  business_account_id: {
    title: "Business account id",
    help: "The WhatsApp business account that the number belongs to. Templates are listed by it.",
  },
  media_url: {
    title: "Address for uploads",
    help: "The host that takes files. Empty: the host of the API, with “media” in place of “api”.",
    usual: "https://media.green-api.com",
  },
  delay_ms: {
    title: "Pause between two messages, ms",
    help: "Kept by the instance's own queue, from 500 to 600,000. It is set when the device is linked.",
    usual: "500",
  },
  engine: {
    title: "Engine",
    help: "As the session tells it. With GOWS, messages get ids of ours, so that a repeat sends once.",
  },
  path: { title: "Path of sends", help: "Where messages are posted to.", usual: "/messages" },
  check_path: {
    title: "Path of number checks",
    help: "Where it is asked whether somebody is on WhatsApp.",
    usual: "/check-whatsapp",
  },
  device_field: {
    title: "Field of the device",
    help: "The name that the form has for the uuid of the device.",
    usual: "device_uuid",
  },
  type_field: {
    title: "Field of the type",
    help: "The name that the form has for what the message is.",
    usual: "type_message",
  },
  text_field: {
    title: "Field of the text",
    help: "The name that the form has for the text.",
    usual: "text_message",
  },
  contact_type_field: {
    title: "Field of the contact type",
    help: "The name that the form has for whether it goes to numbers or to groups.",
    usual: "type_contact",
  },
  ids_field: {
    title: "Field of the recipients",
    help: "The name that the form has for whom it goes to.",
    usual: "ids",
  },
  media_field: {
    title: "Field of the file",
    help: "The name that the form has for a file that is uploaded.",
    usual: "media",
  },
  media_url_field: {
    title: "Field of the file's address",
    help: "The name that the form has for the address of a file.",
    usual: "media_url",
  },
  success_pointer: {
    title: "Where success is told",
    help: "A JSON pointer into the answer.",
    usual: "/success",
  },
  success_value: {
    title: "What success is",
    help: "The value that stands there when the message was taken.",
    usual: "true",
  },
  id_pointers: {
    title: "Where the message's id is",
    help: "JSON pointers into the answer, tried in turn, with commas.",
    usual: "/data/id,/data/uuid",
  },
  document_type: {
    title: "Word for a document",
    help: "Some installations want “doc”.",
    usual: "document",
  },
};
