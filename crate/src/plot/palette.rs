/*! Colours for numbers: one scale that rises, and one that parts at a middle. */

use plotters::style::RGBColor;

use super::Theme;
use super::theme::rgb;

/// Viridis (van der Walt & Smith 2015, matplotlib), at every sixteenth: even steps of lightness, safe for the colour-blind.
const VIRIDIS: [u32; 17] = [
    0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26828e, 0x21918c, 0x1f9f88, 0x27ad81,
    0x3dbc74, 0x5cc863, 0x81d34d, 0xaadc32, 0xd5e21a, 0xfde725,
];

/// Blue below and orange above a grey middle, the hues of the plots' own trace and fit, which the colour-blind tell apart.
/// Each arm is a straight line in the lightness of OKLab (Ottosson 2020), and both end equally light. On paper the middle
/// is light, on a dark ground dark, so that what is far from it stands out.
const LIGHT: [u32; 17] = [
    0x074883, 0x165b9e, 0x3870ab, 0x5584b9, 0x7199c6, 0x8dadd2, 0xaac2dd, 0xc9d7e7, 0xebebeb, 0xe5d0c6, 0xd9b7a6,
    0xcc9e87, 0xbe866a, 0xb06f4c, 0xa0572e, 0x8f4009, 0x733206,
];
const DARK: [u32; 17] = [
    0x90cbfd, 0x6cb7f5, 0x61a2d7, 0x578dba, 0x4e799e, 0x446682, 0x3c5366, 0x34404b, 0x2e2e2e, 0x493b30, 0x624a35,
    0x7c5a3b, 0x966941, 0xb17a47, 0xcc8b4e, 0xe89c55, 0xfdb26d,
];

/// Which numbers get which colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Palette {
    /// Rises from the one to the other.
    Rising(f64, f64),
    /// Parts at the first, and is full at the second's distance from it.
    Parting(f64, f64),
}

impl Palette {
    /// The numbers at its start, middle and end.
    pub fn range(self) -> [f64; 3] {
        match self {
            Palette::Rising(low, high) => [low, (low + high) / 2.0, high],
            Palette::Parting(middle, reach) => [middle - reach, middle, middle + reach],
        }
    }

    /// The colour of a number; one beyond the ends has theirs.
    pub fn colour(self, value: f64, theme: Theme) -> RGBColor {
        let [low, _, high] = self.range();
        let stops = match (self, theme) {
            (Palette::Rising(..), _) => &VIRIDIS,
            (Palette::Parting(..), Theme::Light) => &LIGHT,
            (Palette::Parting(..), Theme::Dark) => &DARK,
        };
        let at = ((value - low) / (high - low)).clamp(0.0, 1.0) * (stops.len() - 1) as f64;
        let below = (at as usize).min(stops.len() - 2);
        let (from, to) = (rgb(stops[below]), rgb(stops[below + 1]));
        let part = at - below as f64;
        let mix = |from: u8, to: u8| (f64::from(from) + part * (f64::from(to) - f64::from(from))).round() as u8;
        RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_middle_have_their_colours() {
        let rising = Palette::Rising(0.5, 1.5);
        let parting = Palette::Parting(1.0, 0.25);
        for (palette, value, hex) in [
            (rising, 0.5, 0x440154),
            (rising, 1.0, 0x21918c),
            (rising, 1.5, 0xfde725),
            (rising, 9.0, 0xfde725),
            (parting, 0.75, 0x074883),
            (parting, 1.0, 0xebebeb),
            (parting, 7.0, 0x733206),
        ] {
            assert_eq!(palette.colour(value, Theme::Light), rgb(hex), "{palette:?} at {value}");
        }
    }

    #[test]
    fn lightness_rises_or_parts() {
        // Relative luminance (WCAG 2), which has the order of lightness.
        let light = |RGBColor(r, g, b): RGBColor| {
            let linear = |c: u8| (f64::from(c) / 255.0).powf(2.2);
            0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
        };
        let along = |palette: Palette, theme, from: f64, to: f64| {
            (0..=100).map(move |i| light(palette.colour(from + (to - from) * f64::from(i) / 100.0, theme)))
        };
        assert!(along(Palette::Rising(0.0, 1.0), Theme::Light, 0.0, 1.0).is_sorted());
        for end in [-1.0, 1.0] {
            assert!(along(Palette::Parting(0.0, 1.0), Theme::Light, end, 0.0).is_sorted());
            assert!(along(Palette::Parting(0.0, 1.0), Theme::Dark, 0.0, end).is_sorted());
        }
    }
}
