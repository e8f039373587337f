/*!
A random rotation of d features that costs d·log d, not d², for each row.

A rotation of Haar's distribution is a product of d Householder reflections and would cost as much as the covariance itself. This one is a product of three rounds, each
of a random order, random signs and the transform of Walsh and Hadamard over the first 2^k of the features, and random signs and the transform again over the last 2^k, where 2^k is the largest power of two that is no more than
d. (The signs between are needed: a transform after itself is none.) Each of these is exactly orthogonal, so the eigenvalues of a population do not know which of both kinds it was turned by; and after three rounds every direction has a part in every feature, much
as Haar's would (rounds of signs and Hadamard: Ailon and Chazelle 2009; Yu et al. 2016, "Orthogonal random features").
*/

use super::random::Random;

const ROUNDS: usize = 3;

/// An orthogonal map of d numbers.
#[derive(Clone, Debug)]
pub struct Rotation {
    rounds: Vec<Round>,
    /// The largest power of two that is no more than d.
    power: usize,
    /// 1/√power.
    scale: f64,
}

#[derive(Clone, Debug)]
struct Round {
    /// Which number comes where.
    order: Vec<u32>,
    /// Before the first and the second transform.
    signs: [Vec<f64>; 2],
}

impl Rotation {
    /// A rotation of d ≥ 1 numbers.
    pub fn new(d: usize, random: &mut Random) -> Rotation {
        let power = 1 << d.ilog2();
        let rounds = (0..ROUNDS)
            .map(|_| {
                let mut order: Vec<u32> = (0..d as u32).collect();
                // Fisher and Yates.
                for last in (1..d).rev() {
                    order.swap(last, random.below(last as u64 + 1) as usize);
                }
                let mut sign = |_| if random.bits() & 1 == 0 { 1.0 } else { -1.0 };
                let signs = [0; 2].map(|_| (0..d).map(&mut sign).collect());
                Round { order, signs }
            })
            .collect();
        Rotation { rounds, power, scale: 1.0 / (power as f64).sqrt() }
    }

    /// Turns d numbers. `spare` is room for as many.
    pub fn turn(&self, numbers: &mut [f64], spare: &mut [f64]) {
        let beyond = numbers.len() - self.power;
        for Round { order, signs: [first, second] } in &self.rounds {
            spare.copy_from_slice(numbers);
            for ((to, &from), sign) in numbers.iter_mut().zip(order).zip(first) {
                *to = sign * spare[from as usize];
            }
            self.mix(&mut numbers[..self.power]);
            if beyond > 0 {
                numbers.iter_mut().zip(second).for_each(|(number, sign)| *number *= sign);
                self.mix(&mut numbers[beyond..]);
            }
        }
    }

    /// The transform of Walsh and Hadamard, over √power.
    fn mix(&self, numbers: &mut [f64]) {
        let mut half = 1;
        while half < numbers.len() {
            for pair in numbers.chunks_exact_mut(2 * half) {
                let (left, right) = pair.split_at_mut(half);
                for (a, b) in left.iter_mut().zip(right) {
                    (*a, *b) = (*a + *b, *a - *b);
                }
            }
            half *= 2;
        }
        numbers.iter_mut().for_each(|number| *number *= self.scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RᵀR, entry by entry, from the images of the unit vectors.
    #[test]
    fn a_rotation_is_orthogonal_for_every_size() {
        for d in [1, 2, 3, 7, 8, 48, 100, 129] {
            let rotation = Rotation::new(d, &mut Random::new(d as u64));
            let mut spare = vec![0.0; d];
            let images: Vec<Vec<f64>> = (0..d)
                .map(|axis| {
                    let mut unit = vec![0.0; d];
                    unit[axis] = 1.0;
                    rotation.turn(&mut unit, &mut spare);
                    unit
                })
                .collect();
            for (i, left) in images.iter().enumerate() {
                for (j, right) in images.iter().enumerate() {
                    let product: f64 = left.iter().zip(right).map(|(a, b)| a * b).sum();
                    let expected = if i == j { 1.0 } else { 0.0 };
                    assert!((product - expected).abs() < 1e-14, "d {d}, {i} {j}: {product}");
                }
            }
        }
    }

    /// Of a rotation of Haar's distribution the largest of all d² squares is about 4·log d / d. Twice that is allowed.
    #[test]
    fn every_direction_has_a_part_in_every_feature() {
        for d in [64, 100, 129, 500] {
            let rotation = Rotation::new(d, &mut Random::new(1));
            let mut spare = vec![0.0; d];
            for axis in 0..d {
                let mut unit = vec![0.0; d];
                unit[axis] = 1.0;
                rotation.turn(&mut unit, &mut spare);
                let most = unit.iter().map(|part| part * part).fold(0.0, f64::max);
                assert!(most < 8.0 * (d as f64).ln() / d as f64, "d {d}, axis {axis}: {most}");
            }
        }
    }
}
