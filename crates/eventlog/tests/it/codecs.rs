//! Each codec against files that another implementation wrote, whole, cut and damaged.

use std::io::Read;

use proptest::prelude::*;
use sparkspan_eventlog::DamageKind;
use sparkspan_testkit::long_tests;

use crate::samples::{EXTENSIONS, read, sample, sample_lines, split};

#[test]
fn every_codec_gives_the_lines_of_the_plain_file() {
    for extension in EXTENSIONS {
        let (lines, damage) = read(extension, sample(extension));
        assert!(lines == sample_lines(), "{extension}: other lines");
        assert_eq!(damage, [], "{extension}");
    }
}

#[test]
fn a_missing_or_wrong_extension_does_not_matter() {
    for extension in EXTENSIONS {
        for wrong in ["", "zstd", "json"] {
            let (lines, _) = read(wrong, sample(extension));
            assert!(lines == sample_lines(), "{extension} named {wrong}");
        }
    }
}

#[test]
fn a_cut_sample_gives_all_its_whole_lines() {
    for extension in EXTENSIONS {
        assert_cuts(extension, &sample(extension), &sample("txt"));
    }
}

/// Scenario: a file ends at many places, and at every one of its first bytes.
/// Guarantees: exactly the lines whose text an independent decoder finds complete; one damage, unless the cut falls
/// between two blocks and two lines.
pub(crate) fn assert_cuts(extension: &str, whole: &[u8], whole_text: &[u8]) {
    let places = if long_tests() { 500 } else { 50 };
    let spread = (0..=places).map(|place| whole.len() * place / places);
    for cut in (0..40).chain(spread) {
        let (lines, damage) = read(extension, whole[..cut].to_vec());
        let (mut text, at_boundary) = decodable(extension, &whole[..cut], whole_text);
        // A line that lacks nothing but its newline is whole.
        if whole_text[text.len()..].starts_with(b"\n") {
            text = &whole_text[..=text.len()];
        }
        assert!(
            lines == split(text),
            "{extension} cut at {cut}: {} lines instead of {}",
            lines.len(),
            split(text).len(),
        );
        let clean = at_boundary && text.last().is_none_or(|byte| *byte == b'\n');
        assert_eq!(
            damage.len(),
            usize::from(!clean),
            "{extension} cut at {cut}: {damage:?}"
        );
        assert!(damage.iter().all(|damage| {
            damage.kind == DamageKind::Truncated && damage.line == lines.len() as u64 + 1
        }));
    }
}

/// Scenario: a file is overwritten from some place on; also one frame of many blocks.
/// Guarantees: every line is given whose text an independent decoder finds complete before them.
#[test]
fn damage_costs_no_line_before_it() {
    let text = sample("txt");
    let long_text = text.repeat(8);
    let frame = zstd::encode_all(&*long_text, 1).unwrap();
    let samples = EXTENSIONS.map(|extension| (extension, sample(extension), &text));
    for (extension, whole, text) in samples.into_iter().chain([("zstd", frame, &long_text)]) {
        for place in 1..20 {
            let at = whole.len() * place / 20;
            let mut bytes = whole.clone();
            bytes[at..].fill(0xFF);
            let (lines, _) = read(extension, bytes);
            let (before, _) = decodable(extension, &whole[..at], text);
            assert!(lines.starts_with(&split(before)), "{extension} at {at}");
        }
    }
}

/// Scenario: a wrong checksum in the middle of an LZ4 file.
/// Guarantees: the lines before the block, then one damage that counts the rest of the file.
#[test]
fn a_damaged_block_ends_the_file_with_one_damage() {
    let mut bytes = sample("lz4");
    let blocks: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at..].starts_with(b"LZ4Block"))
        .collect();
    bytes[blocks[4] + 17] ^= 1;
    let (lines, damage) = read("lz4", bytes.clone());
    let whole_text = sample("txt");
    let (text, _) = decodable("lz4", &bytes[..blocks[4]], &whole_text);
    assert!(lines == split(text));
    let [damage] = damage.as_slice() else {
        panic!("one damage: {damage:?}");
    };
    let cut_line = text.len() - text.iter().rposition(|byte| *byte == b'\n').unwrap() - 1;
    assert_eq!(damage.bytes, (cut_line + bytes.len() - blocks[4]) as u64);
    assert!(matches!(&damage.kind, DamageKind::Corrupt { reason } if reason.contains("checksum")));
}

/// Scenario: headers that claim lengths far above what any writer makes.
/// Guarantees: damage at once, whatever the claim: nothing is waited for or allocated.
#[test]
fn a_hostile_length_is_damage() {
    let mut lz4 = b"LZ4Block\x25".to_vec();
    lz4.extend([0xFF; 12]);
    let mut snappy = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01".to_vec();
    snappy.extend([0x7F, 0xFF, 0xFF, 0xFF]);
    let mut snappy_block = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01".to_vec();
    snappy_block.extend([0, 0, 0, 6, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0]);
    let lzf = b"ZV\x01\0\x03\xFF\xFF\xE0\xFF\0".to_vec();
    let zstd = b"\x28\xB5\x2F\xFD\x00\xFF\xFF\xFF\xFF".to_vec();
    for bytes in [lz4, snappy, snappy_block, lzf, zstd] {
        let (lines, damage) = read("", bytes.clone());
        assert!(lines.is_empty());
        assert!(
            matches!(damage.as_slice(), [one] if matches!(one.kind, DamageKind::Corrupt { .. })),
            "{bytes:?}: {damage:?}",
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if long_tests() { 4_000 } else { 200 }))]

    /// Scenario: bits of a file flip.
    /// Guarantees: no panic and no endless reading; where blocks carry a checksum, no line that was not written.
    #[test]
    fn flipped_bits_never_panic(
        extension in proptest::sample::select(EXTENSIONS.to_vec()),
        flips in proptest::collection::vec((any::<proptest::sample::Index>(), 0..8_u8), 1..5),
    ) {
        let mut bytes = sample(extension);
        for (place, bit) in flips {
            bytes[place.index(sample(extension).len())] ^= 1 << bit;
        }
        let (lines, _) = read(extension, bytes);
        if extension == "lz4" {
            prop_assert!(sample_lines().starts_with(&lines));
        }
    }

    /// Scenario: a codec's magic, then anything.
    /// Guarantees: no panic, no endless reading.
    #[test]
    fn garbage_behind_a_magic_never_panics(
        magic in proptest::sample::select(vec![
            &b"LZ4Block"[..], b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01", b"ZV\x01", b"\x28\xB5\x2F\xFD", b"\x1F\x8B\x08", b"{",
        ]),
        garbage in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        read("", [magic, &garbage].concat());
    }
}

/// How much of a text decoders other than the crate's find in a cut file, and whether the cut falls between two blocks.
fn decodable<'a>(extension: &str, bytes: &[u8], text: &'a [u8]) -> (&'a [u8], bool) {
    let (text_bytes, at_boundary) = match extension {
        _ if bytes.is_empty() => (0, true),
        "zstd" => until_error(zstd::stream::read::Decoder::new(bytes).unwrap()),
        "gz" => until_error(flate2::read::MultiGzDecoder::new(bytes)),
        "lz4" => blocks(bytes, |bytes| {
            let length = u32::from_le_bytes(bytes.get(9..13)?.try_into().unwrap());
            let original = u32::from_le_bytes(bytes.get(13..17)?.try_into().unwrap());
            Some((21 + length as usize, original as usize))
        }),
        "snappy" => blocks(bytes, |bytes| {
            let length = u32::from_be_bytes(bytes.get(..4)?.try_into().unwrap());
            if length == 0x8253_4E41 {
                return Some((16, 0));
            }
            let end = 4 + length as usize;
            let original = snap::raw::decompress_len(bytes.get(4..end)?).unwrap();
            Some((end, original))
        }),
        "lzf" => blocks(bytes, |bytes| {
            let header = if *bytes.get(2)? == 1 { 7 } else { 5 };
            let length = u16::from_be_bytes(bytes.get(3..5)?.try_into().unwrap());
            let original = u16::from_be_bytes(bytes.get(header - 2..header)?.try_into().unwrap());
            Some((header + usize::from(length), usize::from(original)))
        }),
        _ => (bytes.len(), true),
    };
    (&text[..text_bytes], at_boundary)
}

/// Counts up to an error: only at a boundary there is none.
fn until_error(mut decoder: impl Read) -> (usize, bool) {
    let mut text_bytes = 0;
    let mut buffer = [0; 512];
    loop {
        match decoder.read(&mut buffer) {
            Ok(0) => return (text_bytes, true),
            Ok(read) => text_bytes += read,
            Err(_) => return (text_bytes, false),
        }
    }
}

/// Walks over blocks by what their headers say of the block's and its text's length.
fn blocks(mut bytes: &[u8], header: impl Fn(&[u8]) -> Option<(usize, usize)>) -> (usize, bool) {
    let mut text_bytes = 0;
    while let Some((length, original)) = header(bytes).filter(|(length, _)| *length <= bytes.len())
    {
        bytes = &bytes[length..];
        text_bytes += original;
    }
    (text_bytes, bytes.is_empty())
}

/// Scenario: a zstd frame whose second block is of no type that there is.
/// Guarantees: the lines of the block before it are handed over.
#[test]
fn zstd_block_before_a_damaged_one_is_read() {
    let text = b"{\"n\":1}\n{\"n\":2}\n";
    let length = u32::try_from(text.len() << 3).unwrap().to_le_bytes();
    // A frame without its content's length, with a window of 2 MiB; a raw block; a block of the reserved type.
    let start = b"\x28\xb5\x2f\xfd\x00\x58";
    let frame = [&start[..], &length[..3], text, b"\x07\0\0rest"].concat();
    let (lines, damage) = read("zstd", frame);
    assert!(lines == split(text));
    assert_eq!(damage.len(), 1);
    assert!(matches!(damage[0].kind, DamageKind::Corrupt { .. }));
}
