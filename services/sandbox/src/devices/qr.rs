//! Codes a phone can scan, as pictures.

use qrcode::{Color, EcLevel, QrCode};

/// Pixels a module of the code takes.
const SCALE: usize = 6;
/// The quiet zone around a code, in modules.
const MARGIN: usize = 4;

/// A PNG of the code that says `text`.
pub fn png(text: &str) -> Vec<u8> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).expect("a link of this length fits into a code");
    let modules = code.width();
    let colors = code.to_colors();
    let width = (modules + 2 * MARGIN) * SCALE;
    let mut pixels = Vec::with_capacity(width * width);
    for y in 0..width {
        for x in 0..width {
            let module = |at: usize| (at / SCALE).checked_sub(MARGIN).filter(|place| *place < modules);
            let dark = match (module(x), module(y)) {
                (Some(x), Some(y)) => colors[y * modules + x] == Color::Dark,
                _ => false,
            };
            pixels.push(!dark);
        }
    }
    picture(width, &pixels)
}

/// A square black and white PNG, one bit a pixel, its data stored as it is.
fn picture(width: usize, pixels: &[bool]) -> Vec<u8> {
    let mut raw = Vec::with_capacity(width * (width / 8 + 2));
    for row in pixels.chunks(width) {
        // No filter.
        raw.push(0);
        for bits in row.chunks(8) {
            let byte =
                bits.iter().enumerate().fold(0u8, |byte, (place, light)| byte | (u8::from(*light) << (7 - place)));
            raw.push(byte);
        }
    }
    let side = u32::try_from(width).expect("a code is small").to_be_bytes();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    // One bit of grey, no interlacing.
    chunk(&mut png, b"IHDR", &[&side[..], &side[..], &[1, 0, 0, 0, 0]].concat());
    chunk(&mut png, b"IDAT", &stored(&raw));
    chunk(&mut png, b"IEND", &[]);
    png
}

/// A zlib stream that compresses nothing.
fn stored(raw: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = raw.chunks(0xFFFF).count();
    for (place, block) in raw.chunks(0xFFFF).enumerate() {
        let length = u16::try_from(block.len()).expect("a block has at most 65535 bytes");
        out.push(u8::from(place + 1 == blocks));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (low, high) = raw.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    out.extend(((high << 16) | low).to_be_bytes());
    out
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).expect("a chunk is small").to_be_bytes());
    let from = png.len();
    png.extend(kind);
    png.extend(data);
    let sum = crc(&png[from..]);
    png.extend(sum.to_be_bytes());
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_format() {
        assert_eq!(crc(b"IEND"), 0xAE42_6082);
        assert_eq!(stored(b"Wikipedia")[2 + 5 + 9..], 0x11E6_0398u32.to_be_bytes());
    }

    #[test]
    fn a_code_is_a_picture_with_a_light_edge() {
        let png = png("sandbox://link/waha/default/abc");
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.ends_with(&[0xAE, 0x42, 0x60, 0x82]));
        assert_eq!(&png[12..16], b"IHDR");
    }
}
