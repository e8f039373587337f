/*! Numbers as an image. */

use super::palette::Palette;
use super::theme::Theme;

/// Red, green, blue and opacity of each number: 0 has the palette's middle, ±`reach` and all beyond its ends.
pub fn image(values: &[f64], reach: f64, theme: Theme) -> Vec<u8> {
    let palette = Palette::Parting(0.0, reach);
    values
        .iter()
        .flat_map(|&value| {
            let colour = palette.colour(value, theme);
            [colour.0, colour.1, colour.2, u8::MAX]
        })
        .collect()
}
