/*! Colours and type of the plots. Literal, because a picture leaves the page that it was made in. */

use plotters::style::RGBColor;
use serde::Deserialize;

/// Which set of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark ink on paper.
    Light,
    /// Light ink on a dark ground.
    Dark,
}

/// The colours of a theme. Each pair that meets was checked for contrast: text 4.5 to 1, marks 3 to 1.
#[derive(Clone, Copy)]
pub(super) struct Colours {
    pub paper: RGBColor,
    pub ink: RGBColor,
    pub muted: RGBColor,
    pub line: RGBColor,
    pub accent: RGBColor,
    pub trace: RGBColor,
}

pub(super) const fn rgb(hex: u32) -> RGBColor {
    RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Theme {
    pub(super) fn colours(self) -> Colours {
        match self {
            Theme::Light => Colours {
                paper: rgb(0xfbfaf7),
                ink: rgb(0x1b1f24),
                muted: rgb(0x5b636e),
                line: rgb(0xdedad2),
                accent: rgb(0xc2410c),
                trace: rgb(0x0b5394),
            },
            Theme::Dark => Colours {
                paper: rgb(0x14161a),
                ink: rgb(0xe8e6e1),
                muted: rgb(0x9aa3ae),
                line: rgb(0x2b2f36),
                accent: rgb(0xfb923c),
                trace: rgb(0x7cc0f5),
            },
        }
    }
}

/// The page's own font.
pub(super) const SANS: &str = "system-ui, sans-serif";
/// For α, λ and k, as in print.
pub(super) const SERIF: &str = "Georgia, 'Times New Roman', serif";
/// Size of labels in CSS pixels.
pub(super) const LABEL: f64 = 12.0;
