import { en } from "./en";

/**
 * The words on the screen. A further language is one more file with the type
 * `Catalogue`, chosen here.
 */
export type Catalogue = typeof en;

export const t: Catalogue = en;
