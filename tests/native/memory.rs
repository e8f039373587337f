//! The command reads in slices: its memory does not grow with the file.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use eigenscope::source::Order;

use crate::matrix::{Random, header};
use crate::scratch::Scratch;

const MIB: u64 = 1 << 20;

/// Two threads with a chunk of 8 MiB each, their panels and sums, and the program itself.
const LIMIT: u64 = 100 * MIB;

#[test]
fn a_file_in_c_order_is_read_in_slices() {
    stays_small(Order::C, 300 * MIB);
}

mod full {
    use super::{MIB, Order};

    #[test]
    fn a_large_file_in_c_order_is_read_in_slices() {
        super::stays_small(Order::C, 1_500 * MIB);
    }
}

#[test]
fn a_file_in_fortran_order_is_read_in_slices() {
    stays_small(Order::F, 300 * MIB);
}

/// Analyzes a file of about `size` bytes: random numbers in its first megabyte, and zeros that take no room on the disk.
fn stays_small(order: Order, size: u64) {
    const COLUMNS: u64 = 64;
    let rows = size / 4 / COLUMNS;
    let mut start = header("<f4", order, &format!("({rows}, {COLUMNS})"));
    let end = start.len() as u64 + rows * COLUMNS * 4;
    let mut random = Random(1);
    start.extend((0..MIB / 4).flat_map(|_| (random.number() as f32).to_le_bytes()));
    let scratch = Scratch::new();
    let path = scratch.write_sparse("large.npy", &start, end);
    for precision in ["exact", "fast"] {
        let peak = peak_memory(&path, &["--threads", "2", "--precision", precision]);
        assert!(peak > MIB, "the peak was not seen: {peak} bytes");
        assert!(
            peak < LIMIT,
            "{order:?}, {precision}: {} MiB at the peak for a file of {} MiB",
            peak / MIB,
            size / MIB
        );
    }
}

/// The most memory that the command had at a time.
fn peak_memory(path: &Path, options: &[&str]) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_eigenscope"))
        .arg("analyze")
        .arg(path)
        .args(options)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    // The kernel keeps the peak, so that a look now and then suffices; a process that has ended has none.
    while let Some(seen) = std::fs::read_to_string(&status).ok().and_then(|text| high_water_mark(&text)) {
        peak = peak.max(seen);
        if child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let end = child.wait_with_output().unwrap();
    assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
    peak
}

/// VmHWM in bytes.
fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
