#![no_main]

#[allow(dead_code, reason = "the tests call all of it")]
#[path = "../../tests/native/allocation.rs"]
mod allocation;
#[allow(dead_code, reason = "each target calls one of them")]
#[path = "../../tests/native/fuzzing.rs"]
mod fuzzing;

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    fuzzing::link(text, allocation::so_far);
});
