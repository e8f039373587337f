/*! Where the work is cut: samples into chunks, tile rows into bands, chunks into the blocks of files that hold them. */

use std::ops::Range;

use crate::source::{Axis, Block, ByteRange, Order, Source};

/// A chunk has about this many bytes: large enough that a read's latency does not count, small enough that a
/// cancelled or provisional result is not kept waiting, and that two of them a worker are nothing. Each chunk passes the tiles of all blocks through the
/// cache once: with half of this, the first answer was measured 5 % later.
pub(super) const CHUNK_BYTES: u64 = 16 << 20;

/// Where a chunk has to be gathered from strips (one for each feature), a strip is worth reading from this size on.
const STRIP_BYTES: u64 = 64 << 10;

/// A gathered chunk may be larger than others for the sake of its strips, up to this.
const GATHERED_CHUNK_BYTES: u64 = 32 << 20;

pub(super) fn samples_are_contiguous(order: Order, axis: Axis) -> bool {
    matches!((order, axis), (Order::C, Axis::Rows) | (Order::F, Axis::Columns))
}

/// The blocks that hold samples `range`. Samples that are rows never cross from one shard to the next; samples that are columns have a
/// block in every shard.
pub(super) fn blocks(source: &Source, axis: Axis, range: Range<u64>) -> Vec<(usize, Block)> {
    match axis {
        Axis::Rows => {
            let after = source.shards.partition_point(|shard| shard.first_row <= range.start);
            let first_row = source.shards[after - 1].first_row;
            vec![(after - 1, Block { rows: range.start - first_row..range.end - first_row, columns: 0..source.d })]
        }
        Axis::Columns => source
            .shards
            .iter()
            .enumerate()
            .map(|(i, shard)| (i, Block { rows: 0..shard.layout.rows, columns: range.clone() }))
            .collect(),
    }
}

/// What is to be read for some blocks: which of the things that are read, and the bytes in it.
pub(super) fn reads(source: &Source, blocks: &[(usize, Block)]) -> Vec<(usize, ByteRange)> {
    blocks
        .iter()
        .flat_map(|(shard, block)| {
            let shard = &source.shards[*shard];
            shard.layout.ranges(block).into_iter().map(move |range| (shard.at, range))
        })
        .collect()
}

/// Where chunks start and end; they have `most` samples at most.
pub(super) fn cuts(source: &Source, axis: Axis, samples: u64, workers: u64, most: u64) -> Vec<u64> {
    let number = source.dtype().size() as u64;
    let features = if axis == Axis::Rows { source.d } else { source.n };
    let sample_bytes = features * number;
    let target = if samples_are_contiguous(source.order(), axis) {
        CHUNK_BYTES
    } else {
        (features * STRIP_BYTES).clamp(CHUNK_BYTES, GATHERED_CHUNK_BYTES)
    };
    let step = (target / sample_bytes.max(1)).clamp(1, most);
    let ends: Vec<u64> = match axis {
        Axis::Rows => source.shards.iter().map(|shard| shard.first_row + shard.layout.rows).collect(),
        Axis::Columns => vec![samples],
    };
    let mut cuts = vec![0];
    let mut start = 0;
    for end in ends {
        // Equal chunks, and as many for each worker, so that none waits for another at the end.
        let count = (end - start).div_ceil(step).next_multiple_of(workers).min(end - start);
        cuts.extend(
            (1..=count).map(|i| start + ((u128::from(end - start) * u128::from(i)) / u128::from(count)) as u64),
        );
        start = end;
    }
    cuts.dedup();
    cuts
}

/// Cuts the tile rows into `count` bands with about equally many tiles each.
pub(super) fn bands(side: usize, count: usize) -> Vec<Range<usize>> {
    let count = count.clamp(1, side);
    let total = side * (side + 1) / 2;
    let mut bands = Vec::with_capacity(count);
    let (mut start, mut tiles) = (0, 0);
    for band in 1..=count {
        let mut end = start;
        let rows_left_for_others = count - band;
        while end < side - rows_left_for_others && (end == start || tiles * count < total * band) {
            tiles += side - end;
            end += 1;
        }
        bands.push(start..end);
        start = end;
    }
    bands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_cover_all_tile_rows_and_balance_the_tiles() {
        for (side, count) in [(1, 1), (1, 4), (2, 2), (7, 3), (64, 4), (512, 8), (5, 5)] {
            let bands = bands(side, count);
            assert_eq!(bands.first().unwrap().start, 0);
            assert_eq!(bands.last().unwrap().end, side);
            assert!(bands.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert!(bands.iter().all(|band| !band.is_empty()));
            if side >= 64 {
                let tiles = |band: &Range<usize>| band.clone().map(|row| side - row).sum::<usize>();
                let even = side * (side + 1) / 2 / count;
                assert!(bands.iter().all(|band| tiles(band) < even * 5 / 4), "{bands:?}");
            }
        }
    }
}
