/*!
The vectors of nearest-neighbour benchmarks: .fbin, .fvecs and .bvecs.

None of them has a mark of its own. A file is one of them if the counts at its beginning, and those before its second and its last vector, give exactly its length.
Sources: http://corpus-texmex.irisa.fr (each vector after its length) and https://big-ann-benchmarks.com (both counts first).
*/

use super::contents::{Array, Contents, Format};
use super::known::{Known, Step};
use super::{ByteRange, Dtype, Layout, Number, Order};
use crate::error::ErrorKind;

/// Bytes of a count: a 32-bit integer, the least significant byte first.
const COUNT: u64 = 4;

/// No vectors are longer.
const LONGEST: u64 = 1 << 16;

/// The vectors of a file, if it is one of these.
///
/// # Errors
///
/// `UnsupportedFormat` where they are no features, or may be of two types.
pub(super) fn contents(known: &Known) -> Step<Option<Contents>> {
    if known.size < 2 * COUNT {
        return Ok(None);
    }
    let [first, second] = [0, COUNT].map(|at| count(known, at));
    let (first, second) = (first?, second?);
    // Of text the first count is above 2²⁹, and so is that of floats.
    if let Some(bytes) =
        (2..1 << 32).contains(&first).then(|| first.checked_mul(second)).flatten().filter(|_| second > 0)
    {
        let there = known.size - 2 * COUNT;
        if bytes.checked_mul(4) == Some(there) {
            let bytes = ByteRange { offset: 2 * COUNT, length: there };
            let layout = Layout::dense(bytes, &[first, second], float(), Order::C);
            return Ok(Some(of([first, second], float(), layout)));
        }
        if bytes == there && second > 1 {
            let advice = "Say which, and save them: np.save(path, np.fromfile(old, np.uint8, offset=8).reshape(np.fromfile(old, np.uint32, 2))), or np.int8.";
            return Err(ErrorKind::UnsupportedFormat { format: "a file of bytes (.u8bin or .i8bin)", advice }.into());
        }
    }
    for dtype in [float(), Dtype { number: Number::Uint8, big_endian: false }] {
        let size = dtype.size() as u64;
        let pitch = COUNT + first * size;
        let is_whole = (1..=LONGEST).contains(&first) && known.size.is_multiple_of(pitch) && known.size >= 2 * pitch;
        if !is_whole || count(known, pitch)? != first || count(known, known.size - pitch)? != first {
            continue;
        }
        if size == COUNT && are_whole(known.get(COUNT, first * size)?) {
            let advice = "They are the answers of a benchmark, each a row of another file: give its .fvecs.";
            return Err(ErrorKind::UnsupportedFormat { format: "a file of whole numbers (.ivecs)", advice }.into());
        }
        let shape = [known.size / pitch, first];
        let bytes = ByteRange { offset: COUNT, length: known.size - COUNT };
        let layout = Layout::strided(bytes, 0, &shape, &[pitch / size, 1], dtype);
        return Ok(Some(of(shape, dtype, layout)));
    }
    Ok(None)
}

fn float() -> Dtype {
    Dtype { number: Number::Float32, big_endian: false }
}

fn of(shape: [u64; 2], dtype: Dtype, layout: crate::error::Result<Layout>) -> Contents {
    Contents::new(Format::Vectors, vec![Array::plain("", shape.to_vec(), dtype.number.name(), layout)])
}

fn count(known: &Known, at: u64) -> Step<u64> {
    let bytes = known.get(at, COUNT)?.first_chunk().copied().unwrap_or_default();
    Ok(u64::from(u32::from_le_bytes(bytes)))
}

/// Whether numbers are whole ones, not all zero: as floats these are all below the smallest normal one, which no feature is.
fn are_whole(bytes: &[u8]) -> bool {
    let (words, _) = bytes.as_chunks::<4>();
    let mut words = words.iter().map(|word| u32::from_le_bytes(*word));
    words.clone().all(|word| word < 1 << 23) && words.any(|word| word > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::known::{Stop, Want};

    fn look(file: &[u8]) -> Result<Option<(Vec<u64>, Layout)>, String> {
        let mut known = Known::new(file.len() as u64);
        loop {
            match contents(&known) {
                Ok(found) => {
                    return Ok(found.map(|contents| {
                        let array = &contents.arrays[0];
                        (array.shape.clone(), array.form.clone().unwrap().layout().unwrap().clone())
                    }));
                }
                Err(Stop::Refused(error)) => return Err(error.to_string()),
                Err(Stop::Wants(wants)) => {
                    for Want { range, .. } in wants.iter() {
                        let (from, length) = (range.offset as usize, range.length as usize);
                        known.add(Want { range: *range, unpack: None }, file[from..from + length].to_vec()).unwrap();
                    }
                }
            }
        }
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    const ONE: u32 = 0x3f80_0000;

    #[test]
    fn both_counts_may_stand_first() {
        let (shape, layout) = look(&words(&[2, 3, ONE, ONE, 0, 0, ONE, ONE])).unwrap().unwrap();
        assert_eq!((shape, layout.offset, layout.pitch), (vec![2, 3], 8, 3));
        assert!(look(&[words(&[2, 4]), vec![7; 8]].concat()).unwrap_err().contains("np.uint8"));
    }

    #[test]
    fn each_vector_may_stand_after_its_length() {
        let (shape, layout) = look(&words(&[2, ONE, 0, 2, 0, ONE, 2, ONE, ONE])).unwrap().unwrap();
        assert_eq!((shape, layout.offset, layout.pitch, layout.dtype), (vec![3, 2], 4, 3, float()));
        let bytes = [words(&[3]), vec![1, 2, 3], words(&[3]), vec![4, 5, 6]].concat();
        let (shape, layout) = look(&bytes).unwrap().unwrap();
        assert_eq!((shape, layout.offset, layout.pitch, layout.dtype.number), (vec![2, 3], 4, 7, Number::Uint8));
        assert!(look(&words(&[2, 17, 0, 2, 0, 17, 2, 5, 6])).unwrap_err().contains(".fvecs"));
    }

    #[test]
    fn nothing_else_is_taken_for_vectors() {
        for file in [
            words(&[]),
            words(&[2]),
            words(&[0; 64]),
            words(&[ONE; 64]),
            words(&[2, ONE, 0, 2, 0, ONE, 3, ONE, ONE]),
            words(&[2, 3, ONE, ONE, 0, 0, ONE]),
            b"0.5 1.5 2.5\n3.5 4.5 5.5\n".to_vec(),
        ] {
            assert_eq!(look(&file).unwrap(), None, "{file:?}");
        }
    }
}
