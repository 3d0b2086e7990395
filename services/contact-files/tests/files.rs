//! Files as the world exports them: encodings, delimiters, quotes, and what is no file at all.

use bytes::Bytes;
use proptest::prelude::*;
use std::convert::Infallible;
use waybill_contact_files::{
    Encoding, FileError, Head, Mapping, Outcome, Row, RowReader, UploadOptions, preview, preview::PreviewOutcome,
};

type Rows = Vec<(u64, u64, Vec<String>)>;

fn pieces(bytes: &[u8], size: usize) -> impl Iterator<Item = Result<Bytes, Infallible>> {
    let pieces: Vec<_> = bytes.chunks(size.max(1)).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    pieces.into_iter()
}

fn mapping() -> Mapping {
    Mapping { phone: "phone".into(), name: None, consent: None, fields: None }
}

/// Line, end and cells of every row, from a place in the file.
fn read_from(bytes: &[u8], size: usize, resume: u64) -> (Rows, Option<FileError>) {
    let mut rows = Vec::new();
    let mut reader = match RowReader::open(pieces(bytes, size), None, resume) {
        Ok(reader) => reader,
        Err(error) => return (rows, Some(error)),
    };
    let mut row = Row::default();
    loop {
        match reader.read(&mut row) {
            Ok(true) => rows.push((row.line, row.end, row.cells().map(|cell| cell.into_owned()).collect())),
            Ok(false) => return (rows, None),
            Err(error) => return (rows, Some(error)),
        }
    }
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let (rows, error) = read_from(bytes, 7, 0);
    assert!(error.is_none(), "{error:?}");
    rows.into_iter().map(|(_, _, cells)| cells).collect()
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn every_encoding_gives_the_same_rows() {
    let text = "phone;name\n+628123;José €\n+628124;Zoë, the \"first\"\n";
    let expected = [["+628123", "José €"], ["+628124", "Zoë, the \"first\""]];
    let with_mark = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    let windows = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    for file in [text.as_bytes().to_vec(), with_mark, windows, utf16(text, true), utf16(text, false)] {
        assert_eq!(cells(&file), expected);
    }
}

#[test]
fn a_late_accent_of_windows_1252_is_read_as_such() {
    let mut file = b"phone,name\n".to_vec();
    file.extend(b"+628123,plain\n".repeat(10_000));
    file.extend(b"+628124,Jos\xE9\n");
    assert_eq!(cells(&file).pop().expect("rows"), ["+628124", "José"]);
}

#[test]
fn quotes_hold_delimiters_quotes_and_line_ends() {
    let file = b"phone,note\r\n\"1\",\"a, \"\"b\"\"\r\nc\"\r\n\r\n2,d\r\n3,e";
    let (rows, error) = read_from(file, 3, 0);
    assert!(error.is_none());
    let seen: Vec<(u64, &str)> = rows.iter().map(|(line, _, cells)| (*line, cells[1].as_str())).collect();
    assert_eq!(seen, [(2, "a, \"b\"\r\nc"), (5, "d"), (6, "e")]);
}

#[test]
fn blank_lines_are_no_rows_and_old_line_ends_count() {
    let (rows, _) = read_from(b"\n\nphone\r1\r\r  \r2\n\n", 2, 0);
    let seen: Vec<(u64, &str)> = rows.iter().map(|(line, _, cells)| (*line, cells[0].as_str())).collect();
    assert_eq!(seen, [(4, "1"), (7, "2")]);
}

#[test]
fn the_line_on_the_delimiter_is_no_header() {
    assert_eq!(cells(b"sep=;\r\nphone;name\r\n1;a\r\n"), [["1", "a"]]);
}

#[test]
fn an_open_quote_is_named_by_its_line_whether_the_file_ends_or_goes_on() {
    let mut file = b"phone,name\n1,a\n2,\"b\n".to_vec();
    let (rows, error) = read_from(&file, 100, 0);
    assert_eq!(rows.len(), 1);
    assert!(matches!(error, Some(FileError::UnclosedQuote { line: 3 })), "{error:?}");
    file.extend(b"3,c\n".repeat(1 << 20));
    let (_, error) = read_from(&file, 1 << 16, 0);
    assert!(matches!(error, Some(FileError::UnclosedQuote { line: 3 })), "{error:?}");
    let (_, error) = read_from(b"phone,a,b\n1,\"x\ny\",\"z\n", 100, 0);
    assert!(matches!(error, Some(FileError::UnclosedQuote { line: 3 })), "{error:?}");
}

#[test]
fn a_line_of_two_hundred_megabytes_is_an_error_and_not_memory() {
    let piece = Bytes::from(vec![b'7'; 1 << 20]);
    let start = Bytes::from_static(b"phone,name\n1,a\n");
    let mut given = 0;
    let source = std::iter::once(start).chain(std::iter::repeat_n(piece, 200)).inspect(|_| given += 1);
    let mut reader = RowReader::open(source.map(Ok::<_, Infallible>), Some(&mapping()), 0).expect("a header");
    let mut row = Row::default();
    assert!(reader.read(&mut row).expect("the first row"));
    assert!(matches!(reader.read(&mut row), Err(FileError::RowTooLong { line: 3 })));
    drop(reader);
    assert!(given < 5, "{given} pieces were read");
}

#[test]
fn too_many_columns_to_be_true_are_an_error() {
    let mut file = b"phone\n1".to_vec();
    file.extend(b",".repeat(5_000));
    assert!(matches!(read_from(&file, 4_096, 0).1, Some(FileError::RowTooLong { line: 2 })));
}

#[test]
fn what_cannot_be_read_says_what_it_is() {
    for (file, code) in [
        (&b""[..], "file_empty"),
        (b"\n \n", "file_empty"),
        (b"PK\x03\x04 and so on", "file_is_workbook"),
        (b"\x89PNG\0\0\0", "file_not_text"),
        (b"Ana,Ben\n1,2\n", "no_phone_column"),
    ] {
        assert_eq!(read_from(file, 100, 0).1.expect("an error").code(), code);
    }
}

#[test]
fn a_preview_shows_outcomes_columns_and_duplicates() {
    let file = b"Nomor HP;Nama;Setuju;Kota\n081234567890;Ana;ya;Bogor\n+62 812-3456-7890;Ana B;ya;\nabc;Budi;tidak;\n";
    let options = UploadOptions { default_country: Some("ID".into()), ..UploadOptions::default() };
    let it = preview(Head::Whole(file), &options).expect("a preview");
    assert_eq!((it.delimiter, it.encoding), (';', Encoding::Utf8));
    assert_eq!(it.mapping.phone, "Nomor HP");
    let outcomes: Vec<_> = it.rows.iter().map(|row| (row.line, row.outcome, row.reason)).collect();
    assert_eq!(
        outcomes,
        [
            (2, PreviewOutcome::Ok, None),
            (3, PreviewOutcome::Duplicate, Some("same_number_in_file")),
            (4, PreviewOutcome::Rejected, Some("phone_unreadable")),
        ]
    );
    assert_eq!(it.rows[0].phone, "+6281234567890");
    assert_eq!(it.rows[0].fields["kota"], "Bogor");
    let json = serde_json::to_value(&it).expect("json");
    assert_eq!(json["rows"][1]["outcome"], "duplicate");
    assert_eq!((&json["delimiter"], &json["encoding"]), (&";".into(), &"utf-8".into()));
    assert_eq!(json["mapping"]["consent"], "Setuju");
}

#[test]
fn a_cut_head_does_not_show_its_last_row() {
    let file = b"phone,name\n+6281234567890,Ana\n+628123456";
    assert_eq!(preview(Head::Cut(file), &UploadOptions::default()).expect("a preview").rows.len(), 1);
    assert_eq!(preview(Head::Whole(file), &UploadOptions::default()).expect("a preview").rows.len(), 2);
    let quoted = b"phone,name\n+6281234567890,\"An";
    assert!(preview(Head::Cut(quoted), &UploadOptions::default()).expect("a preview").rows.is_empty());
}

#[test]
fn fifty_rows_are_shown() {
    let file = ["phone\n".to_owned(), "+6281234567890\n".repeat(80)].concat();
    let it = preview(Head::Cut(file.as_bytes()), &UploadOptions::default()).expect("a preview");
    assert_eq!(it.rows.len(), 50);
}

#[test]
fn options_are_read_as_the_gateway_writes_them() {
    let text = r#"{"default_country":"ID","mapping":{"phone":"A","fields":{"city":"B"}},"list_name":null,"tags":["x"],
        "consent_source":null,"user_id":null}"#;
    let options: UploadOptions = serde_json::from_str(text).expect("options");
    assert_eq!(options.mapping.expect("a mapping").phone, "A");
    assert_eq!(serde_json::from_str::<UploadOptions>("{}").expect("options"), UploadOptions::default());
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), size in 1usize..40, resume in 0u64..400) {
        let _ = read_from(&bytes, size, resume);
        let _ = preview(Head::Cut(&bytes), &UploadOptions::default());
    }

    #[test]
    fn no_text_panics(text in "(phone|name|[,;\\t|\"\r\n =é😀+0-9]){0,80}", size in 1usize..9, mark in 0u8..4) {
        let file = match mark {
            0 => text.clone().into_bytes(),
            1 => utf16(&text, true),
            2 => utf16(&text, false),
            _ => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        };
        let whole = format!("phone\n{text}");
        let _ = preview(Head::Whole(whole.as_bytes()), &UploadOptions::default());
        let _ = read_from(&file, size, 0);
    }

    /// However the file is cut into pieces, and wherever reading is taken up again, the rows are the same.
    #[test]
    fn rows_do_not_depend_on_pieces_nor_on_restarts(
        rows in prop::collection::vec(("[0-9+]{1,6}", "[a-z ,;\"é😀\r\n]{0,8}"), 0..12),
        size in 1usize..50,
        kind in 0u8..3,
        end in "(\n|\r\n|\r)",
    ) {
        let mut text = format!("phone,name,a,b{end}");
        for (phone, name) in &rows {
            text.push_str(&format!("{phone},\"{}\",,{end}", name.replace('"', "\"\"")));
        }
        let file = match kind { 0 => text.into_bytes(), 1 => utf16(&text, true), _ => utf16(&text, false) };
        let (all, error) = read_from(&file, file.len(), 0);
        prop_assert!(error.is_none());
        prop_assert_eq!(all.len(), rows.len());
        let (cut, _) = read_from(&file, size, 0);
        prop_assert_eq!(&cut, &all);
        for (nth, (_, end, _)) in all.iter().enumerate() {
            let (rest, _) = read_from(&file, size, *end);
            prop_assert_eq!(&rest[..], &all[nth + 1..]);
        }
    }

    #[test]
    fn an_outcome_is_a_contact_or_a_reason(phone in "\\PC{0,20}", name in "\\PC{0,20}") {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let file = format!("phone,name\n{},{}\n", quoted(&phone), quoted(&name));
        let mut reader = RowReader::open(pieces(file.as_bytes(), 9), None, 0).expect("a header");
        let mut row = Row::default();
        prop_assert!(reader.read(&mut row).expect("a row"));
        match reader.columns().read(&row, Some("ID")) {
            Outcome::Ok(contact) => prop_assert!(contact.phone.as_str().starts_with('+')),
            Outcome::Rejected(reason) => prop_assert!(!reason.is_empty()),
        }
    }
}
