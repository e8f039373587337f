#![no_main]

#[allow(dead_code, reason = "each target calls one of them")]
#[path = "../../tests/native/fuzzing.rs"]
mod fuzzing;

libfuzzer_sys::fuzz_target!(|file: &[u8]| fuzzing::run(file));
