/*!
Lesson 7: smoothness.

A stimulus is a place θ on a torus of D dimensions (D = 1: an angle, the ring), and the response to it a point

  x(θ) = Σ_j √(2λ_j)·(cos(m_j·θ)·e_2j−1 + sin(m_j·θ)·e_2j),   λ_j = j^−α,

where m_1, m_2, … are the frequencies, whole numbers (vectors of whole numbers), shortest first and one of each ±m; on the ring m_j = j. Over all stimuli the coordinates are uncorrelated, and those of pair j have the variance λ_j each. So the eigenspectrum
is j^−α with every eigenvalue twice, a staircase that falls with exponent α along the ranks: shifting all stimuli changes nothing, which is why a sine and a cosine share a variance.

**Slope.** |dx/dθ|² = 2·Σ_j j^−α·|m_j|², the same at every θ. The frequencies up to length r are ∝ r^D, so |m_j| ∝ j^(1/D), and the sum over ever more dimensions converges exactly where α > 1 + 2/D. On the ring that is α > 3, and the slope
times 2π is the length of the curve. This is the threshold of Stringer, Pachitariu, Steinmetz, Carandini and Harris (2019, Nature 571, 361–365): for stimuli of D dimensions, responses are smooth (differentiable) only if variances fall faster than n^−(1 + 2/D).

**Below it.** For 1 < α < 1 + 2/D steps grow as |x(θ + h) − x(θ)|² ∝ |h|^(D·(α − 1)), so the map is Hölder of exponent H = D·(α − 1)/2 from both sides and its image has the Hausdorff dimension D/H = 2/(α − 1), more than D: a fractal.
At α ≤ 1 the total variance has no limit.
*/

pub mod figures;

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::synth::random::Random;

/// Pairs of dimensions at most where a curve is drawn.
pub const MOST_PAIRS: usize = 256;
/// Pairs at most where only sums are wanted.
pub const MANY_PAIRS: usize = 4096;
/// Dimensions of the stimulus at most.
pub const MOST_STIMULUS_DIMENSIONS: usize = 4;
/// Points of the drawn curve for each period of its highest frequency, and the fewest and the most of all.
const POINTS_A_PERIOD: usize = 8;
const POINTS: (usize, usize) = (256, 2048);

/// The exponent above which responses to stimuli of D dimensions are smooth: 1 + 2/D.
pub fn threshold(dimensions: usize) -> f64 {
    1.0 + 2.0 / dimensions as f64
}

/// The Hausdorff dimension of the responses when nothing is left out: D above the threshold, 2/(α − 1) below, infinite from α = 1 down.
pub fn fractal_dimension(alpha: f64, dimensions: usize) -> f64 {
    if alpha <= 1.0 { f64::INFINITY } else { (2.0 / (alpha - 1.0)).max(dimensions as f64) }
}

/// |m_j|² of the first pairs of frequencies, shortest first. Of ±m only one counts.
pub fn frequencies(dimensions: usize, pairs: usize) -> Vec<u64> {
    if dimensions == 1 {
        return (1..=pairs as u64).map(|m| m * m).collect();
    }
    // A cube of this half side holds the ball with 2·pairs points, which is about (side)^D·V_D; and the ball inside it is complete.
    let mut side = 1u64;
    loop {
        let squares = squares_within(dimensions, side);
        if squares.len() >= pairs {
            return squares[..pairs].to_vec();
        }
        side += 1 + side / 8;
    }
}

/// The squared lengths of half of the frequencies of length up to `side`, sorted.
fn squares_within(dimensions: usize, side: u64) -> Vec<u64> {
    // Counted coordinate by coordinate: how many vectors have a squared length.
    let most = (side * side) as usize;
    let mut counts = vec![0u64; most + 1];
    counts[0] = 1;
    for _ in 0..dimensions {
        let mut next = vec![0u64; most + 1];
        for (square, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            for m in 0..=side {
                let sum = square + (m * m) as usize;
                if sum > most {
                    break;
                }
                next[sum] += if m == 0 { count } else { 2 * count };
            }
        }
        counts = next;
    }
    let halves = counts.iter().enumerate().skip(1);
    halves.flat_map(|(square, &count)| std::iter::repeat_n(square as u64, (count / 2) as usize)).collect()
}

/// Root mean square slope of the responses with the first 1, 2, 3, … pairs of dimensions, in units of that with one. On the ring this is the length of the curve in units of the circle of the first pair.
pub fn slopes(alpha: f64, frequencies: &[u64]) -> Vec<f64> {
    let mut sum = 0.0;
    let squares = frequencies.iter().enumerate().map(|(index, &square)| {
        sum += libm::pow((index + 1) as f64, -alpha) * square as f64;
        sum.sqrt()
    });
    squares.collect()
}

/// What the slopes of the ring converge to: √ζ(α − 2); None where they do not.
pub fn ring_limit(alpha: f64) -> Option<f64> {
    (alpha > threshold(1)).then(|| zeta(alpha - 2.0).sqrt())
}

/// ζ(s) for s > 1, by the formula of Euler and Maclaurin behind the first terms.
fn zeta(s: f64) -> f64 {
    const FIRST: usize = 20;
    let n = FIRST as f64;
    let head: f64 = (1..FIRST).map(|m| libm::pow(m as f64, -s)).sum();
    let tail = libm::pow(n, -s);
    head + tail * (n / (s - 1.0) + 0.5 + s / (12.0 * n) - s * (s + 1.0) * (s + 2.0) / (720.0 * n.powi(3)))
}

/// A ring of stimuli.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ring {
    /// α.
    pub alpha: f64,
    /// Pairs of dimensions.
    pub pairs: usize,
    /// Another seed is seen from other directions.
    pub seed: u32,
}

impl Ring {
    /// The shadow of the curve in three directions of the space that it lies in: points in the order of θ, the last beside the first. Its distance from the middle is 1 at most.
    ///
    /// The first pair lies flat, cos θ along the first direction and sin θ along the second. Every further one has random parts in all three, as large on average. Those of a pair are the same however many there are.
    pub fn shadow(&self) -> Vec<[f64; 3]> {
        let pairs = self.pairs.min(MOST_PAIRS);
        let points = (POINTS_A_PERIOD * pairs).clamp(POINTS.0, POINTS.1);
        let waves: Vec<f64> = (0..points).map(|i| libm::cos(TAU * i as f64 / points as f64)).collect();
        let mut random = Random::new(u64::from(self.seed));
        let mut curve = vec![[0.0; 3]; points];
        for pair in 1..=pairs {
            let deviation = libm::pow(pair as f64, -self.alpha / 2.0);
            let directions: [[f64; 2]; 3] = if pair == 1 {
                [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
            } else {
                // The three have |cos part|² + |sin part|² = 2 on average, as for the first.
                [0; 3].map(|_| random.pair().map(|normal| normal * (1.0f64 / 3.0).sqrt()))
            };
            for (i, point) in curve.iter_mut().enumerate() {
                let at = pair * i % points;
                // sin x = cos(x − π/2); the number of points is a multiple of four.
                let (cosine, sine) = (waves[at], waves[(at + points * 3 / 4) % points]);
                for (coordinate, [c, s]) in point.iter_mut().zip(directions) {
                    *coordinate += deviation * (c * cosine + s * sine);
                }
            }
        }
        let farthest = curve.iter().map(|[x, y, z]| x * x + y * y + z * z).fold(0.0, f64::max).sqrt();
        curve.iter_mut().flatten().for_each(|coordinate| *coordinate /= farthest);
        curve
    }
}

/// A view of the shadow: turned about its upright axis, then tilted towards the eye, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct View {
    pub turn: f64,
    pub tilt: f64,
}

impl View {
    /// Right, up and towards the eye.
    pub fn of(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let (turn_sine, turn_cosine) = libm::sincos(self.turn.to_radians());
        let (tilt_sine, tilt_cosine) = libm::sincos(self.tilt.to_radians());
        let (right, back) = (x * turn_cosine - y * turn_sine, x * turn_sine + y * turn_cosine);
        [right, z * tilt_cosine + back * tilt_sine, z * tilt_sine - back * tilt_cosine]
    }
}
