/*!
Unpacking a stream little by little: Deflate (RFC 1951), or zlib's format around it (RFC 1950).

Bytes that were read are taken one after another, and what each of them unpacks to is asked for in steps of bounded size, so that little room is needed however much that is.
*/

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::{Packed, Packing};
use crate::error::{ErrorKind, Result};

/// Bytes that are unpacked in one step.
const STEP: usize = 1 << 20;

/// A stream on its way.
#[derive(Debug)]
pub struct Inflater {
    stream: Decompress,
    /// Bytes that were taken, and how many of them were used.
    taken: Vec<u8>,
    used: usize,
    made: Vec<u8>,
    checksum: Crc,
    is_over: bool,
}

impl Inflater {
    /// At its beginning.
    pub fn new(packing: Packing) -> Inflater {
        Inflater {
            stream: Decompress::new(packing == Packing::Zlib),
            taken: Vec::new(),
            used: 0,
            made: vec![0; STEP],
            checksum: Crc::new(),
            is_over: false,
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
        let (used, made) = (self.stream.total_in(), self.stream.total_out());
        if !self.is_over {
            let rest = &self.taken[self.used..];
            let room = &mut self.made[..most.min(STEP)];
            let status = self.stream.decompress(rest, room, FlushDecompress::None).map_err(|_| damaged())?;
            self.is_over = status == Status::StreamEnd;
        }
        self.used += (self.stream.total_in() - used) as usize;
        let step = &self.made[..(self.stream.total_out() - made) as usize];
        self.checksum.update(step);
        Ok(step)
    }

    /// Whether that was all, and nothing else: neither of what was packed nor of what was to come of it may anything be left over.
    ///
    /// # Errors
    ///
    /// `DamagedStream`.
    pub fn finish(self, packed: &Packed) -> Result<()> {
        let is_whole = self.is_over
            && self.stream.total_in() == packed.range.length
            && self.stream.total_out() == packed.unpacked
            && packed.crc32.is_none_or(|crc32| crc32 == self.checksum.sum());
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
        let mut checksum = Crc::new();
        checksum.update(unpacked);
        let length = unpacked.len() as u64;
        let dtype = Dtype { number: Number::Uint8, big_endian: false };
        let layout = Layout::dense(ByteRange { offset: 0, length }, &[length, 1], dtype, Order::C);
        Packed {
            range: ByteRange { offset: 0, length: stream.len() as u64 },
            packing,
            unpacked: length,
            crc32: Some(checksum.sum()),
            layout: layout.expect("it is a column"),
        }
    }

    /// Takes a stream in pieces.
    fn unpack(packed: &Packed, stream: &[u8], piece: usize) -> Result<Vec<u8>> {
        let mut inflater = Inflater::new(packed.packing);
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
            for piece in [1000, 65_536, stream.len()] {
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
            is_damaged(&good, &stream[..stream.len() - 1]);
            is_damaged(&Packed { unpacked: good.unpacked + 1, ..good.clone() }, &stream);
            is_damaged(&Packed { unpacked: good.unpacked - 1, ..good.clone() }, &stream);
            is_damaged(&Packed { crc32: good.crc32.map(|crc32| crc32 ^ 1), ..good.clone() }, &stream);
            let longer = [&stream[..], b"more"].concat();
            is_damaged(&claim(packing, &longer, &text()), &longer);
            let mut flipped = stream.clone();
            flipped[stream.len() / 2] ^= 0x10;
            is_damaged(&good, &flipped);
        }
    }
}
