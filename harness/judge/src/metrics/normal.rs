//! The quantile and the density of the standard normal distribution, with the same bits on every machine.
//!
//! The quantile is algorithm AS 241 (PPND16) of M. J. Wichura, "The percentage points of the normal distribution",
//! Applied Statistics 37 (1988), 477–484: three ratios of polynomials of degree seven, accurate to about one part
//! in 10¹⁶. The one transcendental function in it is the logarithm of `domain::numeric::exact`.
//!
//! ```
//! use judge::metrics::normal::{density, quantile};
//! assert_eq!(quantile(0.5), Some(0.0));
//! let lower = quantile(0.05).ok_or("0.05 lies between 0 and 1")?;
//! assert!((lower + 1.644_853_626_951_472_7).abs() < 1e-15);
//! assert_eq!(quantile(0.0), None); // the distribution has no lowest point
//! assert!((density(0.0) - 0.398_942_280_401_432_7).abs() < 1e-16);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use domain::numeric::exact;

/// √(2π).
const ROOT_TWO_PI: f64 = 2.506_628_274_631_000_7;

/// The value below which a standard normal variable lies with probability `p`; `None` unless `0 < p < 1`.
#[must_use]
pub fn quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    let from_center = p - 0.5;
    if from_center.abs() <= 0.425 {
        let r = 0.180_625 - from_center * from_center;
        return Some(from_center * ratio(&NEAR, r));
    }
    // The smaller tail, so that no digits are lost near 1.
    let tail = if from_center < 0.0 { p } else { 1.0 - p };
    let r = (-exact::ln(tail)).sqrt();
    let size = if r <= 5.0 { ratio(&MIDDLE, r - 1.6) } else { ratio(&FAR, r - 5.0) };
    Some(if from_center < 0.0 { -size } else { size })
}

/// The density of the standard normal distribution at `x`.
#[must_use]
pub fn density(x: f64) -> f64 {
    exact::exp(-0.5 * x * x) / ROOT_TWO_PI
}

/// Numerator and denominator, lowest degree first.
type Ratio = ([f64; 8], [f64; 8]);

fn ratio((top, bottom): &Ratio, r: f64) -> f64 {
    let horner = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |value, c| value * r + c);
    horner(top) / horner(bottom)
}

/// For `|p − 1/2| ≤ 0.425`.
const NEAR: Ratio = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);

/// For a smaller tail down to e⁻²⁵.
const MIDDLE: Ratio = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        0.000_774_545_014_278_341_4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        0.000_547_593_808_499_534_5,
        1.050_750_071_644_416_9e-9,
    ],
);

/// For the rest.
const FAR: Ratio = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        0.000_786_869_131_145_613_3,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_7e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::{density, quantile};

    #[test]
    fn sixty_digit_references_in_all_three_regions() {
        let table = [
            (0.05, -1.644_853_626_951_472_7),
            (0.3, -0.524_400_512_708_040_8),
            (0.01, -2.326_347_874_040_841),
            (0.001, -3.090_232_306_167_813_5),
            (1e-10, -6.361_340_902_404_056),
            (1e-300, -37.047_096_299_361_2),
            (0.95, 1.644_853_626_951_472_3),
        ];
        for (p, expected) in table {
            let found: f64 = quantile(p).unwrap();
            assert!((found / expected - 1.0).abs() < 5e-16, "{p}: {found} is not {expected}");
        }
    }

    #[test]
    fn has_no_value_outside_the_open_interval() {
        for p in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
            assert_eq!(quantile(p), None);
        }
    }

    #[test]
    fn density_at_the_quantile() {
        // φ(z) for z = Φ⁻¹(0.05), from 60 digits.
        assert!((density(quantile(0.05).unwrap()) - 0.103_135_640_375_371_3).abs() < 1e-16);
    }
}
