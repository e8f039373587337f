/*! Which tile of the second moment stands where in which buffer. */

use crate::eigen::Tile;

/// Side of the tiles that moments are made of.
const SMALL: usize = 16;

/// The upper triangle of a matrix in large tiles, cut into bands that fit a buffer each.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiling {
    /// Features.
    width: usize,
    /// Side of a large tile.
    side: usize,
    /// Sums of so many slots stand one after another in each buffer.
    slots: usize,
    /// Row and column of the large tiles of each band.
    pub bands: Vec<Vec<[u32; 2]>>,
}

impl Tiling {
    /// For buffers of at most `bytes`; `None` where not even one tile of all slots fits.
    pub fn new(width: usize, side: usize, slots: usize, bytes: u64) -> Option<Tiling> {
        let count = width.div_ceil(side) as u32;
        let tiles: Vec<[u32; 2]> = (0..count).flat_map(|row| (row..count).map(move |column| [row, column])).collect();
        let fits = bytes / (slots * side * side * size_of::<u64>()) as u64;
        let fits = usize::try_from(fits).unwrap_or(usize::MAX);
        if fits == 0 {
            return None;
        }
        // Bands of equal size, so that the last is not a sliver.
        let bands = tiles.len().div_ceil(fits);
        let bands = tiles.chunks(tiles.len().div_ceil(bands)).map(<[_]>::to_vec).collect();
        Some(Tiling { width, side, slots, bands })
    }

    /// Bytes of the sums of a band.
    pub fn band_bytes(&self, band: usize) -> u64 {
        (self.slots * self.bands[band].len() * self.side * self.side * size_of::<u64>()) as u64
    }

    /// Products that a sample costs in so many large tiles.
    pub fn products(&self, tiles: usize) -> f64 {
        (tiles * self.side * self.side) as f64
    }

    /// Adds the sums of a slot in a band to the small tiles of a whole upper triangle. `sum` says what stands at a place of the buffer.
    pub fn add(&self, band: usize, slot: usize, tiles: &mut [Tile], sum: impl Fn(usize) -> f64) {
        let (small_side, ratio) = (self.width.div_ceil(SMALL), self.side / SMALL);
        let before = |row: usize| row * small_side - row * row.saturating_sub(1) / 2;
        let large = &self.bands[band];
        for (number, &[row, column]) in large.iter().enumerate() {
            let start = (slot * large.len() + number) * self.side * self.side;
            for small_row in row as usize * ratio..((row as usize + 1) * ratio).min(small_side) {
                let first = (column as usize * ratio).max(small_row);
                for small_column in first..((column as usize + 1) * ratio).min(small_side) {
                    let tile = &mut tiles[before(small_row) + small_column - small_row];
                    let corner = small_row % ratio * SMALL * self.side + small_column % ratio * SMALL;
                    for (i, entries) in tile.chunks_exact_mut(SMALL).enumerate() {
                        let from = start + corner + i * self.side;
                        for (j, entry) in entries.iter_mut().enumerate() {
                            *entry += sum(from + j);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_small_tile_is_added_to_once_whatever_the_bands() {
        for (width, side, slots, bytes) in [(1, 64, 1, 1 << 20), (130, 64, 2, 1 << 17), (700, 128, 3, 1 << 20)] {
            let tiling = Tiling::new(width, side, slots, bytes).unwrap();
            let small = width.div_ceil(SMALL);
            for slot in 0..slots {
                let mut tiles = vec![[0.0; SMALL * SMALL]; small * (small + 1) / 2];
                for band in 0..tiling.bands.len() {
                    assert!(tiling.band_bytes(band) <= bytes);
                    tiling.add(band, slot, &mut tiles, |_| 1.0);
                }
                assert!(tiles.as_flattened().iter().all(|&entry| entry == 1.0), "{width} {side}");
            }
        }
    }

    #[test]
    fn a_buffer_that_holds_no_tile_is_refused() {
        assert_eq!(Tiling::new(100, 64, 1, 1000), None);
    }
}
