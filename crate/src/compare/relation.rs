/*!
Whether a measure of models goes with a score of theirs, such as α with accuracy.

Both coefficients look at order alone, so that no scale of the measure or the score matters.

**Spearman's ρ** (Spearman 1904) is Pearson's correlation of the ranks, where equal values share the mean of their ranks.
**Kendall's τ_b** (Kendall 1945) counts pairs of models. C of them are in the same order on both sides and D in opposite orders, and of all n₀ = m(m − 1)/2 pairs
n₁ have equal measures and n₂ equal scores:

> τ_b = (C − D) / √((n₀ − n₁)(n₀ − n₂)).

C − D takes m·log m steps as Knight (1966) showed; here models go by measure into a tree of counts by score (Fenwick 1994), which takes repeated models as one
with a weight.

The **interval** comes from the bootstrap (Efron 1979): m models are drawn from the m with replacement, again and again, and the interval holds the middle 95 % of the
coefficients of these (the percentile interval; Efron and Tibshirani 1993, chapter 13). It has limits. It takes models for independent draws from the models one
would speak of. Where all models are in one order every resample is too, so that the interval has no width; that is no certainty, and it makes the intervals of few
models too narrow where the relation is strong. Of normal numbers, simulated 1,000 times with ρ = 0, 0.48, 0.79 and 0.95, it held the true coefficient in 93 % to
99 % from 8 models on, in 76 % to 98 % with 6 and in 62 % to 99 % with 5.
*/

use serde::Serialize;

use crate::error::group;
use crate::order::{ascending, by_key, places};
use crate::report::Sentence;
use crate::synth::random::Random;
use crate::uncertainty::CONFIDENCE;

/// With two models every order is perfect.
const FEWEST_MODELS: usize = 3;

/// Fewer have no interval, and of fewer not even a perfect order is a sign: of four models, it comes by chance once in twelve.
const FEWEST_FOR_INTERVAL: usize = 5;

/// From so many models on the interval covers nearly what it should, whatever the relation.
const ENOUGH_MODELS: usize = 10;

/// Draws of all models.
const RESAMPLES: usize = 2000;

/// Any number would do; the same one gives the same interval in every run.
const SEED: u64 = 0x7265_6C61_7465;

/// One order in so many is called chance.
const ONE_IN: u64 = 20;

/// All orders of so many models are counted; of more models, [`ORDERS`] are drawn.
const ALL_ORDERS: usize = 10;

/// Orders that are drawn: the share of those beyond the critical value is right to 0.15 %.
const ORDERS: u64 = 20_000;

/// Of more models the coefficients of chance are normal, near enough.
const MOST_DRAWN: usize = 500;

/// The normal number that chance exceeds, on one side or the other, once in [`ONE_IN`].
const NORMAL: f64 = 1.96;

/// A coefficient and its 95 % interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The coefficient, from −1 to 1.
    pub value: f64,
    /// Lower end of the interval, where there is one.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// How a measure and a score go together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Relation {
    /// Models of which both are finite.
    pub models: usize,
    /// Spearman's ρ; `None` for fewer than three models, and where the measure or the score is the same for all.
    pub spearman: Option<Estimate>,
    /// Kendall's τ_b; `None` likewise.
    pub kendall: Option<Estimate>,
}

/// How a measure and a score go together over models. Models where one of the two is NaN or infinite are left out, and so are entries past the end of the other.
///
/// Intervals take five models, and that half of the resamples or more have a coefficient.
pub fn relation(measure: &[f64], score: &[f64]) -> Relation {
    let both = measure.iter().zip(score).filter(|(measure, score)| measure.is_finite() && score.is_finite());
    let (measure, score): (Vec<f64>, Vec<f64>) = both.unzip();
    let models = measure.len();
    let mut orders = Orders::new(&measure, &score);
    let found = if models < FEWEST_MODELS { None } else { orders.coefficients(&vec![1; models]) };
    let Some(found) = found else { return Relation { models, spearman: None, kendall: None } };
    let resampled = if models < FEWEST_FOR_INTERVAL { Vec::new() } else { resampled(&mut orders, models) };
    let estimate = |of: fn(&Coefficients) -> f64| {
        let interval = interval(&resampled, of);
        Estimate { value: of(&found), low: interval.map(|(low, _)| low), high: interval.map(|(_, high)| high) }
    };
    let (spearman, kendall) = (estimate(|found| found.spearman), estimate(|found| found.kendall));
    Relation { models, spearman: Some(spearman), kendall: Some(kendall) }
}

/// How far each α lies from 1, on whichever side: what the papers' claim is about.
pub fn distance_from_one(alphas: &[f64]) -> Vec<f64> {
    alphas.iter().map(|alpha| (alpha - 1.0).abs()).collect()
}

/// What so many models can show at most.
pub fn caveat(models: usize) -> Sentence {
    let sentence = |code: &str, message: String| Sentence { code: code.to_owned(), message };
    if models < FEWEST_FOR_INTERVAL {
        let message = match models {
            0 => "There are no models with both a measure and a score".to_owned(),
            1 => "1 model has no order".to_owned(),
            2 => "With 2 models every order is perfect, whatever it is".to_owned(),
            // Two of m! orders.
            3 => "With 3 models any order is likely by chance: 1 in 3 is perfect, one way or the other".to_owned(),
            _ => {
                format!("With {models} models any order is likely by chance: 1 in 12 is perfect, one way or the other")
            }
        };
        return sentence(
            "too_few_models",
            format!("{message}; nothing can be said from fewer than {FEWEST_FOR_INTERVAL}."),
        );
    }
    let count = group(models as u64);
    let reached = match critical(models) {
        Critical::Counted(1.0) => "only a perfect order, |ρ| = 1, is reached".to_owned(),
        Critical::Counted(rho) => format!("|ρ| of {rho:.3} or more is reached"),
        Critical::Drawn(rho) => format!("|ρ| of about {rho:.2} or more is reached"),
        Critical::Normal(rho) => format!("|ρ| of about {rho:.3} or more (by the normal approximation) is reached"),
    };
    let (code, rough) = if models < ENOUGH_MODELS {
        ("few_models", ", and the intervals of so few are rough: of a strong relation they are often too narrow")
    } else {
        ("models", "")
    };
    let message = format!(
        "With {count} models {reached} by at most one in twenty orders that are pure chance{rough}. The best of several measures looks better than it is. Layers of one \
         network or checkpoints of one run are not independent, and count for fewer than {count}.",
    );
    sentence(code, message)
}

/// Both coefficients.
struct Coefficients {
    spearman: f64,
    kendall: f64,
}

/// The models by their order on both sides.
struct Orders {
    /// The models by measure.
    by_measure: Vec<usize>,
    measure: Side,
    score: Side,
    tree: Tree,
}

impl Orders {
    fn new(measure: &[f64], score: &[f64]) -> Orders {
        let (measure, by_measure) = Side::new(measure);
        let (score, _) = Side::new(score);
        let tree = Tree(vec![0; score.counts.len() + 1]);
        Orders { by_measure, measure, score, tree }
    }

    /// The coefficients where each model comes as often as said; `None` where one side is the same for all.
    fn coefficients(&mut self, times: &[i64]) -> Option<Coefficients> {
        let (measured, scored) = (self.measure.count(times), self.score.count(times));
        if measured.apart == 0.0 || scored.apart == 0.0 {
            return None;
        }
        self.tree.0.fill(0);
        let (mut products, mut agreeing, mut before) = (0.0, 0, 0);
        let (measure, score) = (&self.measure, &self.score);
        for models in self.by_measure.chunk_by(|a, b| measure.level[*a] == measure.level[*b]) {
            let models = models.iter().filter(|model| times[**model] > 0);
            for &model in models.clone() {
                let level = score.level[model];
                products += times[model] as f64 * measure.place[measure.level[model]] * score.place[level];
                agreeing += times[model] * (self.tree.below(level) - (before - self.tree.below(level + 1)));
            }
            for &model in models {
                self.tree.add(score.level[model], times[model]);
                before += times[model];
            }
        }
        let spearman = products / (measured.squares * scored.squares).sqrt();
        let kendall = agreeing as f64 / (measured.apart * scored.apart).sqrt();
        Some(Coefficients { spearman: spearman.clamp(-1.0, 1.0), kendall: kendall.clamp(-1.0, 1.0) })
    }
}

/// One side: the measure or the score.
struct Side {
    /// Of each model: how many different values are below its own.
    level: Vec<usize>,
    /// Models at each level.
    counts: Vec<i64>,
    /// The rank that the models of a level share, twice and less the mean so that it is whole.
    place: Vec<f64>,
}

/// Sums over one side.
struct Counted {
    /// Pairs of models whose values differ.
    apart: f64,
    /// Of the places.
    squares: f64,
}

impl Side {
    /// With the models by value.
    fn new(values: &[f64]) -> (Side, Vec<usize>) {
        let order = places(values);
        let mut level = vec![0; values.len()];
        let mut levels = 0;
        // By ==, for which zero is zero whatever its sign.
        for (at, models) in order.chunk_by(|a, b| values[*a] == values[*b]).enumerate() {
            models.iter().for_each(|model| level[*model] = at);
            levels = at + 1;
        }
        (Side { level, counts: vec![0; levels], place: vec![0.0; levels] }, order)
    }

    /// Finds the places where each model comes as often as said.
    fn count(&mut self, times: &[i64]) -> Counted {
        self.counts.fill(0);
        for (level, times) in self.level.iter().zip(times) {
            self.counts[*level] += times;
        }
        let total: i64 = self.counts.iter().sum();
        let (mut before, mut equal, mut squares) = (0, 0.0, 0.0);
        for (count, place) in self.counts.iter().zip(&mut self.place) {
            // The mean of ranks before + 1 … before + count is before + (count + 1)/2, that of all (total + 1)/2.
            *place = (2 * before + count - total) as f64;
            before += count;
            let count = *count as f64;
            equal += count * count;
            squares += count * *place * *place;
        }
        let total = total as f64;
        Counted { apart: (total * total - equal) / 2.0, squares }
    }
}

/// Counts by level, of which sums over the first levels are quick (Fenwick 1994). Entry i, from 1, holds the counts of the last levels below i, as many as
/// the lowest bit of i says.
struct Tree(Vec<i64>);

impl Tree {
    fn add(&mut self, level: usize, count: i64) {
        let mut at = level + 1;
        while let Some(sum) = self.0.get_mut(at) {
            *sum += count;
            at += at & at.wrapping_neg();
        }
    }

    /// The counts of levels below this one.
    fn below(&self, level: usize) -> i64 {
        let (mut at, mut sum) = (level, 0);
        while at > 0 {
            sum += self.0[at];
            at &= at - 1;
        }
        sum
    }
}

/// The coefficients of resamples, of those that have any.
fn resampled(orders: &mut Orders, models: usize) -> Vec<Coefficients> {
    let mut random = Random::new(SEED);
    let mut times = vec![0; models];
    let draw = |_| {
        times.fill(0);
        for _ in 0..models {
            times[random.below(models as u64) as usize] += 1;
        }
        orders.coefficients(&times)
    };
    (0..RESAMPLES).filter_map(draw).collect()
}

/// The middle of resampled coefficients; `None` where there are too few.
fn interval(resampled: &[Coefficients], of: fn(&Coefficients) -> f64) -> Option<(f64, f64)> {
    if resampled.len() < RESAMPLES / 2 {
        return None;
    }
    let mut values: Vec<f64> = resampled.iter().map(of).collect();
    ascending(&mut values);
    let beyond = (1.0 - CONFIDENCE) / 2.0;
    // Between the two nearest by a straight line, as NumPy has it.
    let quantile = |share: f64| {
        let place = share * (values.len() - 1) as f64;
        let low = *values.get(place.floor() as usize)?;
        let high = *values.get(place.ceil() as usize)?;
        Some(low + place.fract() * (high - low))
    };
    quantile(beyond).zip(quantile(1.0 - beyond))
}

/// The smallest |ρ| that at most one in [`ONE_IN`] orders of models without ties reach, and how it was found.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Critical {
    /// Among all orders.
    Counted(f64),
    /// Among some.
    Drawn(f64),
    /// As if coefficients were normal, with the variance 1/(m − 1) that they have.
    Normal(f64),
}

/// For [`FEWEST_FOR_INTERVAL`] models or more; of fewer not even 1 is so rare.
fn critical(models: usize) -> Critical {
    if models > MOST_DRAWN {
        return Critical::Normal(NORMAL / ((models - 1) as f64).sqrt());
    }
    // Without ties ρ = 1 − 6·Σ(i − π_i)²/(m(m² − 1)); times the denominator it is whole.
    let whole = (models * (models * models - 1)) as u64;
    let size = |distance: usize| whole.abs_diff(6 * distance as u64);
    let all = models <= ALL_ORDERS;
    let mut sizes: Vec<(u64, u64)> = if all {
        let counted = distances(models).into_iter().enumerate();
        counted.filter(|(_, orders)| *orders > 0).map(|(distance, orders)| (size(distance), orders)).collect()
    } else {
        drawn(models).map(|distance| (size(distance), 1)).collect()
    };
    by_key(&mut sizes, |(size, _)| -(*size as f64));
    let total: u64 = sizes.iter().map(|(_, orders)| orders).sum();
    let (mut least, mut beyond) = (whole, 0);
    for alike in sizes.chunk_by(|(a, _), (b, _)| a == b) {
        beyond += alike.iter().map(|(_, orders)| orders).sum::<u64>();
        if beyond * ONE_IN > total {
            break;
        }
        least = alike.first().map_or(least, |(size, _)| *size);
    }
    let rho = least as f64 / whole as f64;
    if all { Critical::Counted(rho) } else { Critical::Drawn(rho) }
}

/// How many orders π of m have Σ(i − π_i)² = 0, 1, 2, …
///
/// Positions are filled one after the other. What the rest can still add depends only on which numbers are taken, so that 2^m sets of these stand for
/// all m! orders.
fn distances(models: usize) -> Vec<u64> {
    let longest = models * (models * models - 1) / 3;
    let mut counts = vec![vec![0u64; longest + 1]; 1 << models];
    counts[0][0] = 1;
    for taken in 0..counts.len() {
        let so_far = std::mem::take(&mut counts[taken]);
        let position = taken.count_ones() as usize;
        if position == models {
            return so_far;
        }
        for number in (0..models).filter(|number| taken >> number & 1 == 0) {
            let step = position.abs_diff(number).pow(2);
            for (sum, orders) in counts[taken | 1 << number].iter_mut().skip(step).zip(&so_far) {
                *sum += orders;
            }
        }
    }
    Vec::new()
}

/// Σ(i − π_i)² of random orders.
fn drawn(models: usize) -> impl Iterator<Item = usize> {
    let mut random = Random::new(SEED);
    let mut order: Vec<usize> = (0..models).collect();
    (0..ORDERS).map(move |_| {
        for last in (1..models).rev() {
            order.swap(last, random.below(last as u64 + 1) as usize);
        }
        order.iter().enumerate().map(|(position, number)| position.abs_diff(*number).pow(2)).sum()
    })
}

#[cfg(test)]
mod tests;
