//! The stability regions of all methods, drawn.
//!
//! Where `|R(z)| <= 1` (shaded), a step of `y' = lambda y` with `z = h lambda` does not let the solution grow. For a
//! nonlinear system `lambda` are the eigenvalues of the Jacobian: decaying components lie on the left, undamped
//! oscillations on the imaginary axis, and `h` must be so short that `h lambda` stays inside. The dots are the
//! [real](crate::StabilityFunction::real_bound) and the [imaginary
//! bound](crate::StabilityFunction::imaginary_bound), cut to three decimals; no dot on the imaginary axis means that
//! the method amplifies every undamped oscillation. The dashed line is the boundary of the embedded method, whose solution
//! is not kept. Parts of either that lie far away from the region around 0 are left out.
//!
//! For the same work, the regions divided by the [evaluations](crate::Tableau::evaluations) of a step:
//!
#![doc = include_str!("../docs/stability/comparison.svg")]
//!
#![doc = include_str!("../docs/stability/table.md")]
//!
//! The [error constant](crate::Tableau::error_constant) compares methods of the same order only.
//!
//! Euler's real bound of 2 an evaluation is the largest here: a higher order is bought for accuracy, not for stability.
//! Methods with as many evaluations as their order, up to 4, have the exponential cut off after that power, and the
//! same region whatever their coefficients.
//!
//! Drawn by `cargo run -p costate-tableau --example draw_stability` from [`Tableau::stability`](crate::Tableau::stability)
//! and [`StabilityFunction::boundary`](crate::StabilityFunction::boundary). (E. Hairer, G. Wanner, "Solving Ordinary
//! Differential Equations II", 2nd ed. (1996), IV.2, has the first of these pictures, Figures 2.1 to 2.3.)
//!
//! <div style="display: flex; flex-wrap: wrap; align-items: flex-end; gap: 1em 2em">
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/euler.svg")]
//!
//! <figcaption>
//!
//! [`EULER`](crate::EULER)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/midpoint.svg")]
//!
//! <figcaption>
//!
//! [`MIDPOINT`](crate::MIDPOINT)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/heun.svg")]
//!
//! <figcaption>
//!
//! [`HEUN`](crate::HEUN)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/ralston.svg")]
//!
//! <figcaption>
//!
//! [`RALSTON`](crate::RALSTON)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/heun_euler_21.svg")]
//!
//! <figcaption>
//!
//! [`HEUN_EULER_21`](crate::HEUN_EULER_21)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/kutta_3.svg")]
//!
//! <figcaption>
//!
//! [`KUTTA_3`](crate::KUTTA_3)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/ssprk_3.svg")]
//!
//! <figcaption>
//!
//! [`SSPRK_3`](crate::SSPRK_3)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/bogacki_shampine_32.svg")]
//!
//! <figcaption>
//!
//! [`BOGACKI_SHAMPINE_32`](crate::BOGACKI_SHAMPINE_32)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/rk4.svg")]
//!
//! <figcaption>
//!
//! [`RK4`](crate::RK4)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/kutta_38.svg")]
//!
//! <figcaption>
//!
//! [`KUTTA_38`](crate::KUTTA_38)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/fehlberg_54.svg")]
//!
//! <figcaption>
//!
//! [`FEHLBERG_54`](crate::FEHLBERG_54)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/cash_karp_54.svg")]
//!
//! <figcaption>
//!
//! [`CASH_KARP_54`](crate::CASH_KARP_54)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/dormand_prince_54.svg")]
//!
//! <figcaption>
//!
//! [`DORMAND_PRINCE_54`](crate::DORMAND_PRINCE_54)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/dormand_prince_54_shampine.svg")]
//!
//! <figcaption>
//!
//! [`DORMAND_PRINCE_54_SHAMPINE`](crate::DORMAND_PRINCE_54_SHAMPINE)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/tsitouras_54.svg")]
//!
//! <figcaption>
//!
//! [`TSITOURAS_54`](crate::TSITOURAS_54)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/bogacki_shampine_54.svg")]
//!
//! <figcaption>
//!
//! [`BOGACKI_SHAMPINE_54`](crate::BOGACKI_SHAMPINE_54)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/verner_65.svg")]
//!
//! <figcaption>
//!
//! [`VERNER_65`](crate::VERNER_65)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/verner_76.svg")]
//!
//! <figcaption>
//!
//! [`VERNER_76`](crate::VERNER_76)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/verner_87.svg")]
//!
//! <figcaption>
//!
//! [`VERNER_87`](crate::VERNER_87)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/dormand_prince_853.svg")]
//!
//! <figcaption>
//!
//! [`DORMAND_PRINCE_853`](crate::DORMAND_PRINCE_853)
//!
//! </figcaption>
//! </figure>
//!
//! <figure style="margin: 0">
//!
#![doc = include_str!("../docs/stability/verner_98.svg")]
//!
//! <figcaption>
//!
//! [`VERNER_98`](crate::VERNER_98)
//!
//! </figcaption>
//! </figure>
//!
//! </div>
