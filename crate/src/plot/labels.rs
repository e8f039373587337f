/*! Where words go, so that none lies on another. */

use super::FrameBox;

/// Roughly the width of a character of a label, in CSS pixels.
pub(super) const CHARACTER: f64 = 6.5;
/// The height of a line of a label, in CSS pixels.
const LINE: f64 = 15.0;
/// Words keep this distance from each other.
const APART: f64 = 3.0;
/// A word on another, or one cut off, is as bad as one on this many points.
const WORSE: f64 = 1000.0;

/// Which end of a text its position is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text's position: a point in its middle height, and which end of it that is.
pub(super) type Spot = ((f64, f64), Anchor);

/// Roughly the width of a label in CSS pixels.
pub(super) fn width(text: &str) -> f64 {
    CHARACTER * text.chars().count() as f64
}

/// What a label covers.
fn covers(text: &str, ((x, y), anchor): Spot) -> FrameBox {
    let width = width(text);
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    FrameBox { left, top: y - LINE / 2.0, right: left + width, bottom: y + LINE / 2.0 }
}

/// The labels of a picture so far, and the marks that further ones should keep off.
pub(super) struct Labels {
    within: FrameBox,
    taken: Vec<FrameBox>,
    marks: Vec<(f64, f64)>,
}

impl Labels {
    /// No labels yet, of which none may leave `within`.
    pub fn new(within: FrameBox) -> Labels {
        Labels { within, taken: Vec::new(), marks: Vec::new() }
    }

    /// Keeps later labels off a mark.
    pub fn mark(&mut self, at: (f64, f64)) {
        self.marks.push(at);
    }

    /// Keeps later labels off a line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64)) {
        let steps = ((to.0 - from.0).hypot(to.1 - from.1) / CHARACTER).ceil().max(1.0);
        let along = |step: f64| (from.0 + (to.0 - from.0) * step / steps, from.1 + (to.1 - from.1) * step / steps);
        self.marks.extend((0..=steps as usize).map(|step| along(step as f64)));
    }

    /// Notes a label that has its place.
    pub fn take(&mut self, text: &str, spot: Spot) {
        self.taken.push(covers(text, spot));
    }

    /// Takes the best of some places for a label: the first of those that cover least.
    pub fn place(&mut self, text: &str, spots: &[Spot]) -> Option<Spot> {
        let best = self.best(text, spots)?;
        self.take(text, best);
        Some(best)
    }

    /// The same for a label that the picture can do without: none where each place lies on words or is cut off.
    pub fn place_if_clear(&mut self, text: &str, spots: &[Spot]) -> Option<Spot> {
        let best = self.best(text, spots).filter(|best| self.cost(text, *best) < WORSE)?;
        self.take(text, best);
        Some(best)
    }

    fn best(&self, text: &str, spots: &[Spot]) -> Option<Spot> {
        spots.iter().copied().min_by(|a, b| self.cost(text, *a).total_cmp(&self.cost(text, *b)))
    }

    fn cost(&self, text: &str, spot: Spot) -> f64 {
        let FrameBox { left, top, right, bottom } = covers(text, spot);
        let apart = |other: &&FrameBox| {
            other.right + APART < left || right + APART < other.left || other.bottom < top || bottom < other.top
        };
        let on_words = self.taken.iter().filter(|other| !apart(other)).count();
        let on_marks =
            self.marks.iter().filter(|(x, y)| (left..=right).contains(x) && (top..=bottom).contains(y)).count();
        let FrameBox { left: west, top: north, right: east, bottom: south } = self.within;
        let out = left < west || right > east || top < north || bottom > south;
        on_marks as f64 + WORSE * (on_words as f64 + f64::from(u8::from(out)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITHIN: FrameBox = FrameBox { left: 0.0, top: 0.0, right: 200.0, bottom: 100.0 };

    #[test]
    fn a_label_goes_where_nothing_is() {
        let spots = [((10.0, 20.0), Anchor::Start), ((10.0, 50.0), Anchor::Start), ((190.0, 80.0), Anchor::End)];
        let mut labels = Labels::new(WITHIN);
        labels.line((0.0, 20.0), (200.0, 20.0));
        assert_eq!(labels.place("noise", &spots), Some(spots[1]));
        // The second is taken; the first has only a line.
        assert_eq!(labels.place("floor", &spots[..2]), Some(spots[0]));
        assert_eq!(labels.place("edge", &spots), Some(spots[2]));
    }

    #[test]
    fn a_label_is_not_cut_off() {
        let mut labels = Labels::new(WITHIN);
        let (cut, whole) = (((190.0, 50.0), Anchor::Start), ((190.0, 50.0), Anchor::End));
        labels.mark((180.0, 50.0));
        assert_eq!(labels.place("noise", &[cut, whole]), Some(whole));
    }

    #[test]
    fn a_label_that_can_be_done_without_lies_on_no_other() {
        let mut labels = Labels::new(WITHIN);
        let (spot, cut) = (((10.0, 50.0), Anchor::Start), ((190.0, 20.0), Anchor::Start));
        assert_eq!(labels.place_if_clear("layer 1", &[cut, spot]), Some(spot));
        assert_eq!(labels.place_if_clear("layer 2", &[cut, spot]), None);
        assert_eq!(labels.place("layer 2", &[cut, spot]), Some(cut));
    }
}
