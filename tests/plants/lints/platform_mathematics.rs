//! Elementary functions of the platform, which choose their code by CPU, and the fused product.
//!
//! engines: use of a disallowed method `f64::exp`
//! engines: use of a disallowed method `f64::ln`
//! engines: use of a disallowed method `f64::powf`
//! engines: use of a disallowed method `f64::powi`
//! engines: use of a disallowed method `f64::sin`
//! engines: use of a disallowed method `f64::mul_add`
//! engines: use of a disallowed method `f32::tanh`
//! harness: use of a disallowed method `f64::exp`
//! harness: use of a disallowed method `f64::ln`
//! harness: use of a disallowed method `f64::powf`
//! harness: use of a disallowed method `f64::powi`
//! harness: use of a disallowed method `f64::sin`
//! harness: use of a disallowed method `f64::mul_add`
//! harness: use of a disallowed method `f32::tanh`
//! command line: use of a disallowed method `f64::exp`
//! command line: use of a disallowed method `f64::ln`
//! command line: use of a disallowed method `f64::powf`
//! command line: use of a disallowed method `f64::powi`
//! command line: use of a disallowed method `f64::sin`
//! command line: use of a disallowed method `f64::mul_add`
//! command line: use of a disallowed method `f32::tanh`

/// Nothing that two machines agree on.
pub fn score(x: f64) -> f64 {
    let smooth = f64::from((x as f32).tanh());
    x.exp() + x.ln() + x.powf(0.3) + x.powi(3) + x.sin() + x.mul_add(2.0, 1.0) + smooth
}
