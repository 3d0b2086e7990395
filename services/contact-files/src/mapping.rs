//! Which column is what: as the uploader says, or by well-known header names.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Columns by their header. A name may be put together from several columns: `First name + Last name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub phone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
    /// Custom fields: name of the field, header. When absent, every other column is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeMap<String, String>>,
}

/// Headers in the normal form of [`normalised`], the surest first.
pub(crate) const PHONE: &[&str] = &[
    "phone_e164",
    "e164",
    "whatsapp_number",
    "whatsapp_phone",
    "whatsapp_no",
    "nomor_whatsapp",
    "no_whatsapp",
    "nomor_wa",
    "no_wa",
    "wa_number",
    "whatsapp",
    "wa",
    "phone_number",
    "phone",
    "phone_no",
    "phonenumber",
    "mobile_phone",
    "mobile_number",
    "mobile",
    "mobile_no",
    "msisdn",
    "cell_phone",
    "cellphone",
    "cell",
    "primary_phone",
    "contact_number",
    "contact_no",
    "phone_1_value",
    "telephone",
    "tel",
    "nomor_telepon",
    "no_telepon",
    "no_telp",
    "nomor_hp",
    "no_hp",
    "hp",
    "handphone",
    "telepon",
    "telp",
    "ponsel",
    "nomor",
    "telefonnummer",
    "telefon",
    "handynummer",
    "handy",
    "mobilnummer",
    "mobiltelefon",
    "rufnummer",
    "telefono",
    "numero_de_telefono",
    "numero_telefono",
    "telefono_movil",
    "movil",
    "celular",
    "numero_celular",
    "telefone",
    "numero_de_telefone",
    "telemovel",
    "portable",
    "numero_de_telephone",
    "cellulare",
    "numero",
    "telefoonnummer",
    "mobiel",
    "number",
    "no",
    "phones",
    "telefon_numarasi",
    "cep_telefonu",
    "telefon_no",
    "so_dien_thoai",
    "dien_thoai",
    "телефон",
    "номер",
    "номер_телефона",
    "мобильный",
    "هاتف",
    "الهاتف",
    "رقم_الهاتف",
    "电话",
    "手机",
    "手机号",
    "电话号码",
    "電話番号",
    "फोन",
    "मोबाइल",
    "โทรศัพท์",
    "เบอร์โทร",
];

pub(crate) const NAME: &[&str] = &[
    "full_name",
    "fullname",
    "name",
    "contact_name",
    "display_name",
    "customer_name",
    "customer",
    "nama_lengkap",
    "nama",
    "nama_pelanggan",
    "vollstaendiger_name",
    "nombre_completo",
    "nombre",
    "nombre_y_apellido",
    "nome_completo",
    "nome",
    "nom_complet",
    "nom",
    "naam",
    "volledige_naam",
    "ad_soyad",
    "isim",
    "ho_ten",
    "ho_va_ten",
    "contact",
    "имя",
    "фио",
    "الاسم",
    "اسم",
    "姓名",
    "名字",
    "名前",
    "氏名",
    "नाम",
    "ชื่อ",
];

pub(crate) const FIRST_NAME: &[&str] = &[
    "first_name",
    "firstname",
    "given_name",
    "forename",
    "vorname",
    "nama_depan",
    "prenom",
    "primer_nombre",
    "voornaam",
];

pub(crate) const LAST_NAME: &[&str] = &[
    "last_name",
    "lastname",
    "surname",
    "family_name",
    "nachname",
    "familienname",
    "nama_belakang",
    "apellido",
    "apellidos",
    "sobrenome",
    "cognome",
    "nom_de_famille",
    "achternaam",
];

pub(crate) const CONSENT: &[&str] = &[
    "consent",
    "consented",
    "opt_in",
    "optin",
    "opted_in",
    "opt_in_status",
    "whatsapp_opt_in",
    "whatsapp_consent",
    "marketing_consent",
    "marketing_opt_in",
    "accepts_marketing",
    "subscribed",
    "permission",
    "gdpr",
    "gdpr_consent",
    "persetujuan",
    "setuju",
    "izin",
    "einwilligung",
    "zustimmung",
    "einverstaendnis",
    "consentimiento",
    "aceptacion",
    "consentimento",
    "consentement",
    "consenso",
    "toestemming",
    "onay",
    "izin_durumu",
    "согласие",
    "موافقة",
    "同意",
];

/// Lower case, accents of Latin letters dropped, everything that is no letter or digit as one underscore.
pub(crate) fn normalised(header: &str) -> String {
    let mut text = String::with_capacity(header.len());
    for c in header.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ạ' => text.push('a'),
            'è' | 'é' | 'ê' | 'ë' | 'ệ' => text.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => text.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ố' | 'ọ' => text.push('o'),
            'ù' | 'ú' | 'û' => text.push('u'),
            'ä' => text.push_str("ae"),
            'ö' => text.push_str("oe"),
            'ü' => text.push_str("ue"),
            'ß' => text.push_str("ss"),
            'ç' => text.push('c'),
            'ñ' => text.push('n'),
            'ş' => text.push('s'),
            'ğ' => text.push('g'),
            'đ' => text.push('d'),
            // Marks of Indic and Thai scripts are no letters of their own but belong to the word.
            c if c.is_alphanumeric() || matches!(c, '\u{900}'..='\u{E7F}') => text.push(c),
            _ if text.is_empty() || text.ends_with('_') => {}
            _ => text.push('_'),
        }
    }
    let mut text: String = text.chars().take(MAX_FIELD_NAME).collect();
    text.truncate(text.trim_end_matches('_').len());
    text
}

/// Names of fields stand in events and in columns of tables.
const MAX_FIELD_NAME: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_one_spelling() {
        for (header, expected) in [
            ("  Phone Number ", "phone_number"),
            ("Opt-In?", "opt_in"),
            ("Teléfono", "telefono"),
            ("Einverständnis", "einverstaendnis"),
            ("№", ""),
            ("E-Mail / Work", "e_mail_work"),
            ("मोबाइल", "मोबाइल"),
        ] {
            assert_eq!(normalised(header), expected);
        }
    }

    #[test]
    fn every_known_header_is_in_its_normal_form_and_means_one_thing() {
        let mut seen = std::collections::HashSet::new();
        for known in [PHONE, NAME, FIRST_NAME, LAST_NAME, CONSENT].concat() {
            assert_eq!(normalised(known), known);
            assert!(seen.insert(known), "{known} twice");
        }
    }
}
