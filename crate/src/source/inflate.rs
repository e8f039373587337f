/*!
Unpacking a stream little by little: Deflate (RFC 1951), or zlib's format around it (RFC 1950).

Bytes that were read are taken one after another, and what each of them unpacks to is asked for in steps of bounded size, so that little room is needed however much that is.
*/

use crc32fast::Hasher;
use fdeflate::Decompressor;

use super::{Packed, Packing};
use crate::error::{ErrorKind, Result};

/// Bytes that are unpacked in one step.
const STEP: usize = 1 << 20;
/// What was unpacked before a byte may be meant again as far back as this (RFC 1951, 3.2.5).
const WINDOW: usize = 32_768;

/// The beginning that makes zlib's format of a Deflate stream, which is the one that `fdeflate` reads, and the length of the checksum that is its end.
const HEADER: [u8; 2] = [0x78, 0x01];
const ADLER: usize = 4;
/// The last bytes of a stream are given one at a time. The decompressor takes up to eight at once, and would not say how many of them lie behind the end that it finds.
const LAST: u64 = 8;

/// A stream on its way.
pub struct Inflater {
    stream: Decompressor,
    /// Bytes that were taken, and how many of them were used.
    taken: Vec<u8>,
    used: usize,
    /// Bytes of the stream that were not used yet, and of the end that it lacks.
    left: u64,
    end_left: usize,
    /// What was unpacked last, behind what may still be meant by it.
    made: Vec<u8>,
    filled: usize,
    total: u64,
    checksum: Hasher,
}

impl Inflater {
    /// At the beginning of a stream of so many bytes.
    pub fn new(packing: Packing, length: u64) -> Inflater {
        let mut stream = Decompressor::new();
        let mut made = vec![0; WINDOW + STEP];
        let is_bare = packing == Packing::Deflate;
        if is_bare {
            stream.ignore_adler32();
            let begun = stream.read(&HEADER, &mut made, 0, false);
            debug_assert_eq!(begun, Ok((HEADER.len(), 0)));
        }
        Inflater {
            stream,
            taken: Vec::new(),
            used: 0,
            left: length,
            end_left: if is_bare { ADLER } else { 0 },
            made,
            filled: 0,
            total: 0,
            checksum: Hasher::new(),
        }
    }

    /// Takes the next bytes of the stream, when those before are used up ([`step`](Self::step) has come to nothing).
    pub fn take(&mut self, bytes: Vec<u8>) {
        (self.taken, self.used) = (bytes, 0);
    }

    /// The next of what they unpack to, `most` bytes or fewer; nothing when more has to be taken, or the stream has come to its end.
    ///
    /// # Errors
    ///
    /// `DamagedStream` where that is no such stream.
    pub fn step(&mut self, most: usize) -> Result<&[u8]> {
        let window = self.filled.saturating_sub(WINDOW);
        self.made.copy_within(window..self.filled, 0);
        self.filled -= window;
        let from = self.filled;
        let room = from + most.min(STEP);
        while self.filled < room && !self.stream.is_done() {
            let rest = &self.taken[self.used..];
            let is_end = self.left == 0;
            let next = match usize::try_from(self.left.saturating_sub(LAST)).unwrap_or(usize::MAX) {
                0 if is_end => &[0][..self.end_left.min(1)],
                0 => &rest[..rest.len().min(1)],
                before => &rest[..rest.len().min(before)],
            };
            let read = self.stream.read(next, &mut self.made[..room], self.filled, false);
            let (used, made) = read.map_err(|_| damaged())?;
            if is_end {
                self.end_left -= used;
            } else {
                self.used += used;
                self.left -= used as u64;
            }
            self.filled += made;
            if used == 0 && made == 0 {
                break;
            }
        }
        let step = &self.made[from..self.filled];
        self.total += step.len() as u64;
        self.checksum.update(step);
        Ok(step)
    }

    /// Whether that was all, and nothing else: neither of what was packed nor of what was to come of it may anything be left over.
    ///
    /// # Errors
    ///
    /// `DamagedStream`.
    pub fn finish(self, packed: &Packed) -> Result<()> {
        let is_whole = self.stream.is_done()
            && (self.left, self.end_left) == (0, 0)
            && self.total == packed.unpacked
            && packed.crc32.is_none_or(|crc32| crc32 == self.checksum.finalize());
        if is_whole { Ok(()) } else { Err(damaged().into()) }
    }
}

fn damaged() -> ErrorKind {
    ErrorKind::DamagedStream { part: "The array".to_owned() }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::Compression;
    use flate2::read::{DeflateEncoder, ZlibEncoder};

    use super::*;
    use crate::source::{ByteRange, Dtype, Layout, Number, Order};

    fn text() -> Vec<u8> {
        (0..3 * STEP + 17).map(|i| (i * i / 7 % 251) as u8).collect()
    }

    fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let read = match packing {
            Packing::Deflate => DeflateEncoder::new(bytes, Compression::fast()).read_to_end(&mut packed),
            Packing::Zlib => ZlibEncoder::new(bytes, Compression::fast()).read_to_end(&mut packed),
        };
        read.expect("memory is enough");
        packed
    }

    fn claim(packing: Packing, stream: &[u8], unpacked: &[u8]) -> Packed {
        let length = unpacked.len() as u64;
        let dtype = Dtype { number: Number::Uint8, big_endian: false };
        let layout = Layout::dense(ByteRange { offset: 0, length }, &[length, 1], dtype, Order::C);
        Packed {
            range: ByteRange { offset: 0, length: stream.len() as u64 },
            packing,
            unpacked: length,
            crc32: Some(crc32fast::hash(unpacked)),
            layout: layout.expect("it is a column"),
        }
    }

    /// Takes a stream in pieces.
    fn unpack(packed: &Packed, stream: &[u8], piece: usize) -> Result<Vec<u8>> {
        let mut inflater = Inflater::new(packed.packing, packed.range.length);
        let mut bytes = Vec::new();
        for piece in stream.chunks(piece) {
            inflater.take(piece.to_vec());
            while let step @ [_, ..] = inflater.step(STEP)? {
                bytes.extend_from_slice(step);
            }
        }
        inflater.finish(packed)?;
        Ok(bytes)
    }

    #[test]
    fn any_pieces_unpack_to_the_same() {
        for packing in [Packing::Deflate, Packing::Zlib] {
            let stream = packed(packing, &text());
            let claim = claim(packing, &stream, &text());
            for piece in [1, 1000, 65_536, stream.len()] {
                assert!(unpack(&claim, &stream, piece).expect("it is whole") == text());
            }
        }
    }

    #[test]
    fn nothing_may_be_missing_or_left_over() {
        for packing in [Packing::Deflate, Packing::Zlib] {
            let stream = packed(packing, &text());
            let good = claim(packing, &stream, &text());
            let is_damaged = |packed: &Packed, stream: &[u8]| {
                let error = unpack(packed, stream, 1 << 16).expect_err("it is damaged");
                assert_eq!(error.code(), "damaged_stream");
            };
            for fewer in 1..9 {
                let shorter = &stream[..stream.len() - fewer];
                is_damaged(&claim(packing, shorter, &text()), shorter);
            }
            is_damaged(&Packed { unpacked: good.unpacked + 1, ..good.clone() }, &stream);
            is_damaged(&Packed { unpacked: good.unpacked - 1, ..good.clone() }, &stream);
            is_damaged(&Packed { crc32: good.crc32.map(|crc32| crc32 ^ 1), ..good.clone() }, &stream);
            for more in 1..9 {
                let longer = [&stream[..], &b"and more"[..more]].concat();
                is_damaged(&claim(packing, &longer, &text()), &longer);
            }
            let mut flipped = stream.clone();
            flipped[stream.len() / 2] ^= 0x10;
            is_damaged(&good, &flipped);
        }
    }
}
