/*!
Random numbers for simulations, the same on every machine: the one generator of this crate.

Bits come from SplitMix64 (Steele, Lea and Flood 2014), normal numbers from them by the transform of Box and Muller, and sums of squares of k normal
numbers, χ²_k, as twice a gamma variable of shape k/2 by the method of Marsaglia and Tsang (2000): with a = k/2 − 1/3 and c = 1/√(9a),
a·v for v = (1 + c·x)³, where x is normal and is kept with probability exp(x²/2 + a(1 − v + log v)), which is nearly 1. Whole numbers below n come from
the upper half of the product of 64 bits and n, without bias (Lemire 2019).

The logarithms, sines and powers of operating systems differ in their last bit. Those of the crate `libm` are additions, multiplications, divisions and square
roots of IEEE 754 and nothing else, so that every stream is the same to the last bit wherever 64-bit floats are those of the standard: in every browser and in every
native build for x86-64 and ARM.
*/

/// What SplitMix64 adds for each number: the golden ratio of 2⁶⁴, made odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A stream of numbers.
pub struct Random {
    state: u64,
    /// The second normal number of a pair.
    spare: Option<f64>,
}

impl Random {
    /// The same seed gives the same stream.
    pub fn new(seed: u64) -> Random {
        Random { state: seed, spare: None }
    }

    /// The stream of a seed from one of its numbers on, counted in 64 bits each. The generator counts, so it costs nothing to go there.
    pub fn from_position(seed: u64, position: u64) -> Random {
        Random::new(seed.wrapping_add(position.wrapping_mul(STEP)))
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number in (0, 1], so that it has a logarithm.
    fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// A whole number below n, each as likely as any other; 0 where n is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        loop {
            let product = u128::from(self.bits()) * u128::from(n);
            let low = product as u64;
            // 2⁶⁴ mod n upper halves have one product more than the others. Without products whose lower half is below that, all have as many. It is
            // less than n, so it is seldom computed.
            if low >= n || low >= n.wrapping_neg() % n {
                return (product >> 64) as u64;
            }
        }
    }

    /// A standard normal number.
    pub fn normal(&mut self) -> f64 {
        if let Some(normal) = self.spare.take() {
            return normal;
        }
        let [first, second] = self.pair();
        self.spare = Some(second);
        first
    }

    /// Two independent standard normal numbers, of two numbers of the stream.
    pub fn pair(&mut self) -> [f64; 2] {
        let radius = (-2.0 * libm::log(self.uniform())).sqrt();
        let (sine, cosine) = libm::sincos(std::f64::consts::TAU * self.uniform());
        [radius * cosine, radius * sine]
    }

    /// χ²_k: the sum of the squares of k standard normal numbers, k ≥ 1.
    pub fn chi_squared(&mut self, k: u64) -> f64 {
        // The method is for shapes of 1 and more.
        if k == 1 {
            let normal = self.normal();
            return normal * normal;
        }
        let a = k as f64 / 2.0 - 1.0 / 3.0;
        let c = 1.0 / (9.0 * a).sqrt();
        loop {
            let x = self.normal();
            let root = 1.0 + c * x;
            let v = root * root * root;
            if v > 0.0 && libm::log(self.uniform()) < 0.5 * x * x + a * (1.0 - v + libm::log(v)) {
                return 2.0 * a * v;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SplitMix64 of seed 1234567, from the reference implementation (Vigna, `splitmix64.c`); normal numbers of its first four from Python's `math`.
    #[test]
    fn the_stream_is_the_same_everywhere() {
        let mut random = Random::new(1_234_567);
        let bits = [0; 5].map(|_| random.bits());
        assert_eq!(
            bits,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
        for (position, expected) in (0..).zip(bits) {
            assert_eq!(Random::from_position(1_234_567, position).bits(), expected);
        }
        let mut random = Random::new(1_234_567);
        let normals = [random.pair(), random.pair()].concat();
        for (normal, expected) in
            normals.iter().zip([0.6687418474759109, 1.2852914518644605, 0.007002816605279968, 1.1231185837046664])
        {
            assert!((normal - expected).abs() < 1e-15, "{normal} {expected}");
        }
    }

    /// χ²_k has mean k, variance 2k and third central moment 8k. Each is held to five of its standard errors, which follow from the central moments
    /// μ₄ = 12k² + 48k and μ₆ = 120k³ + 2080k² + 3840k.
    #[test]
    fn chi_squared_numbers_have_the_moments_of_their_law() {
        const NUMBERS: usize = 200_000;
        let mut random = Random::new(1);
        for freedom in [1, 2, 3, 10, 1000] {
            let k = freedom as f64;
            let sample: Vec<f64> = (0..NUMBERS).map(|_| random.chi_squared(freedom)).collect();
            let moment = |power| sample.iter().map(|value| (value - k).powi(power)).sum::<f64>() / NUMBERS as f64;
            let fourth = 12.0 * k * k + 48.0 * k;
            let sixth = 120.0 * k.powi(3) + 2080.0 * k * k + 3840.0 * k;
            for (power, expected, variance) in
                [(1, 0.0, 2.0 * k), (2, 2.0 * k, fourth - 4.0 * k * k), (3, 8.0 * k, sixth - 64.0 * k * k)]
            {
                let error = (moment(power) - expected).abs();
                let allowed = 5.0 * (variance / NUMBERS as f64).sqrt();
                assert!(error < allowed, "χ²_{freedom}, moment {power}: off by {error}, of {allowed}");
            }
        }
    }

    /// Each of n numbers comes up in 1 of n draws, held to five standard errors.
    #[test]
    fn whole_numbers_are_all_as_likely() {
        const NUMBERS: usize = 200_000;
        let mut random = Random::new(1);
        for n in [1u64, 2, 3, 10, 61] {
            let mut counts = vec![0.0; n as usize];
            for _ in 0..NUMBERS {
                counts[random.below(n) as usize] += 1.0;
            }
            let share = 1.0 / n as f64;
            let allowed = 5.0 * (NUMBERS as f64 * share * (1.0 - share)).sqrt();
            for count in counts {
                assert!((count - NUMBERS as f64 * share).abs() <= allowed, "{count} of {NUMBERS} below {n}");
            }
        }
        assert_eq!(random.below(0), 0);
        // With this n the upper halves that 3 divides have two products each, the others one: half of biased numbers would be divisible.
        let n = 3 << 62;
        let low = (0..NUMBERS).filter(|_| random.below(n).is_multiple_of(3)).count() as f64 / NUMBERS as f64;
        assert!((low - 1.0 / 3.0).abs() < 0.006, "{low}");
    }
}
