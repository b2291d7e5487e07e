#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sparkspan_fuzz::codec_lzf(data));
