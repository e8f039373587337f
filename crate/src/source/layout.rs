/*! Where the numbers of one array stand in its file. */

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Dtype;
use crate::error::{ErrorKind, Result};

/// Memory order of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Rows are contiguous.
    C,
    /// Columns are contiguous (Fortran).
    F,
}

impl Order {
    /// NumPy's letter for it.
    pub fn name(self) -> &'static str {
        match self {
            Order::C => "C",
            Order::F => "F",
        }
    }
}

/// A matrix of fixed-size numbers in a file. Whoever makes one has checked that all its bytes exist.
///
/// An array of shape (n, a, b, …) is a matrix of n rows and a·b·… columns. In C order the columns are in NumPy's `reshape(n, -1)`
/// order; in Fortran order they are in the order of the file, a permutation of NumPy's. No eigenvalue depends on the order of columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// Byte at which the first number starts.
    pub offset: u64,
    /// Number of rows.
    pub rows: u64,
    /// Number of columns.
    pub columns: u64,
    /// The number type.
    pub dtype: Dtype,
    /// Memory order.
    pub order: Order,
    /// Numbers from one row (C) or column (F) to the next.
    pub pitch: u64,
    /// Numbers from one to the next within a row (C) or column (F).
    pub step: u64,
    /// The array's own shape.
    pub shape: Vec<u64>,
}

/// A rectangle of a matrix: some consecutive rows and some consecutive columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Rows, counted from 0 within the file.
    pub rows: Range<u64>,
    /// Columns, counted from 0.
    pub columns: Range<u64>,
}

/// Consecutive bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByteRange {
    /// First byte.
    pub offset: u64,
    /// Number of bytes.
    pub length: u64,
}

/// Which axis of a block is read as samples by the accumulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// A sample is a row: its features are columns. The second moment is d × d.
    Rows,
    /// A sample is a column: its features are rows. The second moment is n × n (the dual).
    Columns,
}

/// Where decoded samples go.
#[derive(Debug)]
pub struct Destination<'a> {
    /// Room for the samples.
    pub values: &'a mut [f64],
    /// Numbers from one sample to the next.
    pub stride: usize,
    /// Where in each sample the block's first feature belongs.
    pub feature: usize,
}

impl Layout {
    /// Of an array whose numbers fill `bytes` one after another. One axis is one column, none is one number.
    ///
    /// # Errors
    ///
    /// `ShapeOverflow`, `TooFewRows`, `NoColumns`; `TruncatedData` and `TrailingData` where there are not as many bytes as the
    /// shape says.
    pub(super) fn dense(bytes: ByteRange, shape: &[u64], dtype: Dtype, order: Order) -> Result<Layout> {
        // A single number is a row of one column.
        let (&rows, rest) = shape.split_first().unwrap_or((&1, &[]));
        let columns = product(rest).ok_or(ErrorKind::ShapeOverflow)?;
        let expected = product(&[rows, columns, dtype.size() as u64]).ok_or(ErrorKind::ShapeOverflow)?;
        if rows == 0 {
            return Err(ErrorKind::TooFewRows { rows }.into());
        }
        if columns == 0 {
            return Err(ErrorKind::NoColumns.into());
        }
        let there = bytes.length;
        if there < expected {
            return Err(ErrorKind::TruncatedData { missing: expected - there, expected }.into());
        }
        if there > expected {
            return Err(ErrorKind::TrailingData { extra: there - expected }.into());
        }
        let pitch = if order == Order::C { columns } else { rows };
        Ok(Layout { offset: bytes.offset, rows, columns, dtype, order, pitch, step: 1, shape: shape.to_vec() })
    }

    /// Of an array whose numbers stand in strides (counted in numbers) from number `first` of `bytes` on. The axes after the first must be one.
    ///
    /// # Errors
    ///
    /// As [`dense`](Self::dense); `Strided` where the strides are no rows and columns.
    pub(super) fn strided(
        bytes: ByteRange,
        first: u64,
        shape: &[u64],
        strides: &[u64],
        dtype: Dtype,
    ) -> Result<Layout> {
        let Some((&rows, rest)) = shape.split_first() else { return Err(ErrorKind::NotAMatrix { axes: 0 }.into()) };
        let columns = product(rest).ok_or(ErrorKind::ShapeOverflow)?;
        let size = dtype.size() as u64;
        if rows == 0 {
            return Err(ErrorKind::TooFewRows { rows }.into());
        }
        if columns == 0 {
            return Err(ErrorKind::NoColumns.into());
        }
        // Of axes of length 1 the stride says nothing.
        let mut axes = rest.iter().zip(&strides[1..]).filter(|&(&length, _)| length > 1).rev();
        let (mut inside, across) = axes.next().map_or((1, 1), |(&length, &stride)| (length, stride));
        for (&length, &stride) in axes {
            if across.checked_mul(inside) != Some(stride) {
                return Err(ErrorKind::Strided { strides: strides.to_vec() }.into());
            }
            inside *= length;
        }
        let down = if rows == 1 { u64::MAX } else { strides[0] };
        let last = (rows - 1)
            .checked_mul(down)
            .and_then(|last| last.checked_add((columns - 1).checked_mul(across)?)?.checked_add(first))
            .ok_or(ErrorKind::ShapeOverflow)?;
        let expected = last.checked_add(1).and_then(|last| last.checked_mul(size)).ok_or(ErrorKind::ShapeOverflow)?;
        if bytes.length < expected {
            return Err(ErrorKind::TruncatedData { missing: expected - bytes.length, expected }.into());
        }
        // Numbers that are used twice would be more than there are bytes.
        let (order, pitch, step) = if across > 0 && down > (columns - 1) * across {
            (Order::C, down, across)
        } else if down > 0 && across > (rows - 1) * down {
            (Order::F, across, down)
        } else {
            return Err(ErrorKind::Strided { strides: strides.to_vec() }.into());
        };
        let offset = bytes.offset + first * size;
        Ok(Layout { offset, rows, columns, dtype, order, pitch, step, shape: shape.to_vec() })
    }

    /// The same with one column, if it has but one row.
    #[cfg(feature = "readers")]
    pub(crate) fn as_column(&self) -> Layout {
        if self.rows != 1 {
            return self.clone();
        }
        let pitch = if self.order == Order::C { self.step } else { self.pitch };
        Layout { rows: self.columns, columns: 1, order: Order::C, pitch, step: 1, ..self.clone() }
    }

    /// The same as one row, if its array has one axis, or a first one of length 1.
    #[cfg(feature = "readers")]
    pub(crate) fn as_row(&self) -> Option<Layout> {
        let (columns, step) = match (self.shape.as_slice(), self.order) {
            ([_], Order::C) => (self.rows, self.pitch),
            ([_], Order::F) => (self.rows, self.step),
            ([1, _], Order::C) => (self.columns, self.step),
            ([1, _], Order::F) => (self.columns, self.pitch),
            _ => return None,
        };
        let (pitch, shape) = (columns.checked_mul(step)?, vec![1, columns]);
        Some(Layout { rows: 1, columns, order: Order::C, pitch, step, shape, ..self.clone() })
    }

    /// Whether its rows are complex numbers, each with its real and its imaginary part as columns: the array's own shape has no axis for these.
    pub fn is_complex(&self) -> bool {
        self.shape.len() == 1 && self.columns == 2
    }

    /// NumPy's name of the type of the array's numbers.
    pub(crate) fn type_name(&self) -> &'static str {
        match (self.is_complex(), self.dtype.size()) {
            (false, _) => self.dtype.number.name(),
            (true, 4) => "complex64",
            (true, _) => "complex128",
        }
    }

    /// Bytes of all numbers.
    pub fn number_bytes(&self) -> u64 {
        self.rows * self.columns * self.dtype.size() as u64
    }

    /// Bytes from the first number of so many to the last, in the file's inner direction.
    fn run(&self, count: u64) -> u64 {
        (count.saturating_sub(1) * self.step + u64::from(count > 0)) * self.dtype.size() as u64
    }

    /// Bytes of all ranges of a block.
    pub fn block_bytes(&self, block: &Block) -> u64 {
        let (rows, columns) = (block.rows.end - block.rows.start, block.columns.end - block.columns.start);
        match self.order {
            Order::C => rows * self.run(columns),
            Order::F => columns * self.run(rows),
        }
    }

    /// The byte ranges of a block, in the order in which [`decode`](Self::decode) wants their bytes:
    /// one range where the block is contiguous, otherwise one for each row (C) or column (F).
    pub fn ranges(&self, block: &Block) -> Vec<ByteRange> {
        let size = self.dtype.size() as u64;
        let (outer, inner, inner_length) = match self.order {
            Order::C => (&block.rows, &block.columns, self.columns),
            Order::F => (&block.columns, &block.rows, self.rows),
        };
        let at = |o: u64, i: u64| self.offset + (o * self.pitch + i * self.step) * size;
        let (outer_count, run) = (outer.end - outer.start, self.run(inner.end - inner.start));
        let whole = inner.end - inner.start == inner_length && self.step == 1 && self.pitch == inner_length;
        if whole {
            return vec![ByteRange { offset: at(outer.start, 0), length: outer_count * run }];
        }
        outer.clone().map(|o| ByteRange { offset: at(o, inner.start), length: run }).collect()
    }

    /// Decodes some samples of a block.
    ///
    /// `bytes` are the block's, as [`ranges`](Self::ranges) asked for; `samples` counts within the block.
    pub fn decode(&self, block: &Block, bytes: &[u8], axis: Axis, samples: Range<usize>, to: Destination<'_>) {
        let Destination { values: out, stride, feature } = to;
        let size = self.dtype.size();
        let rows = (block.rows.end - block.rows.start) as usize;
        let columns = (block.columns.end - block.columns.start) as usize;
        let (all_samples, features) = match axis {
            Axis::Rows => (rows, columns),
            Axis::Columns => (columns, rows),
        };
        let samples_are_contiguous = matches!((self.order, axis), (Order::C, Axis::Rows) | (Order::F, Axis::Columns));
        let step = self.step as usize * size;
        if samples_are_contiguous {
            let run = self.run(features as u64) as usize;
            for (i, sample) in samples.enumerate() {
                let from = &bytes[sample * run..(sample + 1) * run];
                let start = i * stride + feature;
                self.decode_run(from, features, &mut out[start..start + features], 1);
            }
        } else {
            let run = self.run(all_samples as u64) as usize;
            for f in 0..features {
                let from = &bytes[f * run + samples.start * step..(f + 1) * run];
                self.decode_run(from, samples.len(), &mut out[feature + f..], stride);
            }
        }
    }

    /// Decodes so many numbers, a step from each to the next.
    fn decode_run(&self, from: &[u8], count: usize, out: &mut [f64], stride: usize) {
        let size = self.dtype.size();
        if self.step == 1 {
            self.dtype.decode(&from[..count * size], out, stride);
        } else {
            for i in 0..count {
                let at = i * self.step as usize * size;
                self.dtype.decode(&from[at..at + size], &mut out[i * stride..], 1);
            }
        }
    }
}

/// The product of some lengths, where it fits.
fn product(lengths: &[u64]) -> Option<u64> {
    lengths.iter().try_fold(1u64, |product, &length| product.checked_mul(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Number;

    const BYTE: Dtype = Dtype { number: Number::Uint8, big_endian: false };

    fn layout(order: Order) -> Layout {
        Layout::dense(ByteRange { offset: 10, length: 12 }, &[3, 4], BYTE, order).unwrap()
    }

    /// The file behind `layout`: element (row, column) is 10·row + column.
    fn file(order: Order) -> Vec<u8> {
        let mut bytes = vec![255; 10];
        match order {
            Order::C => bytes.extend((0..3).flat_map(|r| (0..4).map(move |c| 10 * r + c))),
            Order::F => bytes.extend((0..4).flat_map(|c| (0..3).map(move |r| 10 * r + c))),
        }
        bytes
    }

    /// The same numbers in strides, among others.
    fn strided(shape: &[u64], strides: &[u64]) -> (Layout, Vec<u8>) {
        let bytes = ByteRange { offset: 5, length: 60 };
        let mut file = vec![255; 65];
        for (r, c) in (0..3u64).flat_map(|r| (0..4u64).map(move |c| (r, c))) {
            let across = strides[strides.len() - 1];
            file[(5 + 7 + r * strides[0] + c * across) as usize] = (10 * r + c) as u8;
        }
        (Layout::strided(bytes, 7, shape, strides, BYTE).unwrap(), file)
    }

    #[test]
    fn strides_that_are_no_rows_and_columns_are_refused() {
        let bytes = ByteRange { offset: 0, length: 1000 };
        let refused =
            |shape: &[u64], strides: &[u64]| Layout::strided(bytes, 0, shape, strides, BYTE).unwrap_err().code();
        for (shape, strides) in
            [([3, 2, 2], [1, 3, 20]), ([3, 4, 1], [0, 1, 1]), ([3, 4, 1], [1, 1, 1]), ([3, 4, 1], [4, 0, 0])]
        {
            assert_eq!(refused(&shape, &strides), "strided");
        }
        assert_eq!(refused(&[3, 4], &[499, 1]), "truncated_data");
        assert_eq!(refused(&[3, 4], &[u64::MAX, 1]), "shape_overflow");
        assert_eq!(refused(&[1 << 40, 1 << 40], &[1, 1]), "truncated_data");
        assert_eq!(refused(&[0, 4], &[4, 1]), "too_few_rows");
        assert_eq!(refused(&[3, 0], &[4, 1]), "no_columns");
    }

    #[test]
    fn any_block_of_either_order_decodes_along_either_axis() {
        let dense = [Order::C, Order::F].map(|order| (layout(order), file(order)));
        let strides = [
            strided(&[3, 4], &[4, 1]),
            strided(&[3, 4], &[6, 1]),
            strided(&[3, 4], &[12, 3]),
            strided(&[3, 4], &[1, 3]),
            strided(&[3, 4], &[2, 9]),
            strided(&[3, 2, 2], &[9, 4, 2]),
            strided(&[3, 4, 1], &[9, 2, 2]),
        ];
        for (layout, file) in dense.into_iter().chain(strides) {
            let order = (layout.order, layout.pitch, layout.step);
            for (r0, r1, c0, c1) in [(0, 3, 0, 4), (1, 2, 0, 4), (0, 3, 1, 3), (1, 3, 2, 4), (2, 3, 3, 4)] {
                let block = Block { rows: r0..r1, columns: c0..c1 };
                assert_eq!(
                    layout.block_bytes(&block),
                    layout.ranges(&block).iter().map(|range| range.length).sum::<u64>()
                );
                let bytes: Vec<u8> = layout
                    .ranges(&block)
                    .iter()
                    .flat_map(|range| &file[range.offset as usize..(range.offset + range.length) as usize])
                    .copied()
                    .collect();
                for axis in [Axis::Rows, Axis::Columns] {
                    let (samples, features) = match axis {
                        Axis::Rows => (r0..r1, c0..c1),
                        Axis::Columns => (c0..c1, r0..r1),
                    };
                    let (count, used) =
                        ((samples.end - samples.start) as usize, (features.end - features.start) as usize);
                    let width = used + 3;
                    let mut out = vec![-1.0; width * (count - 1).max(1)];
                    let from = usize::from(count > 1);
                    layout.decode(
                        &block,
                        &bytes,
                        axis,
                        from..count,
                        Destination { values: &mut out, stride: width, feature: 2 },
                    );
                    for (s, sample) in samples.skip(from).enumerate() {
                        for (f, feature) in features.clone().enumerate() {
                            let (row, column) = if axis == Axis::Rows { (sample, feature) } else { (feature, sample) };
                            assert_eq!(
                                out[s * width + 2 + f],
                                (10 * row + column) as f64,
                                "{order:?} {axis:?} {block:?}"
                            );
                        }
                        assert_eq!(out[s * width], -1.0);
                    }
                }
            }
        }
    }
}
