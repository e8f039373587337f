/*! Where the numbers of one array stand in its file. */

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Dtype;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The byte ranges of a block, in the order in which [`decode`](Self::decode) wants their bytes:
    /// one range where the block is contiguous, otherwise one for each row (C) or column (F).
    pub fn ranges(&self, block: &Block) -> Vec<ByteRange> {
        let size = self.dtype.size() as u64;
        let (outer, inner, inner_length) = match self.order {
            Order::C => (&block.rows, &block.columns, self.columns),
            Order::F => (&block.columns, &block.rows, self.rows),
        };
        let at = |o: u64, i: u64| self.offset + (o * inner_length + i) * size;
        let (outer_count, inner_count) = (outer.end - outer.start, inner.end - inner.start);
        if inner_count == inner_length {
            return vec![ByteRange { offset: at(outer.start, 0), length: outer_count * inner_count * size }];
        }
        outer.clone().map(|o| ByteRange { offset: at(o, inner.start), length: inner_count * size }).collect()
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
        if samples_are_contiguous {
            for (i, sample) in samples.enumerate() {
                let from = &bytes[sample * features * size..(sample + 1) * features * size];
                let start = i * stride + feature;
                self.dtype.decode(from, &mut out[start..start + features], 1);
            }
        } else {
            for f in 0..features {
                let run = f * all_samples * size;
                let from = &bytes[run + samples.start * size..run + samples.end * size];
                self.dtype.decode(from, &mut out[feature + f..], stride);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Number;

    fn layout(order: Order) -> Layout {
        let dtype = Dtype { number: Number::Uint8, big_endian: false };
        Layout { offset: 10, rows: 3, columns: 4, dtype, order, shape: vec![3, 4] }
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

    #[test]
    fn any_block_of_either_order_decodes_along_either_axis() {
        for order in [Order::C, Order::F] {
            let (layout, file) = (layout(order), file(order));
            for (r0, r1, c0, c1) in [(0, 3, 0, 4), (1, 2, 0, 4), (0, 3, 1, 3), (1, 3, 2, 4), (2, 3, 3, 4)] {
                let block = Block { rows: r0..r1, columns: c0..c1 };
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
