//! Large matrix products have the digits of a plain loop, whatever registers the processor has.

use costate_autodiff::{Dual, Layout, Program, Real, Shape, trace};
use proptest::prelude::*;

/// A product `left * right` of `rows x inner` and `inner x columns`, either factor stored as its transpose or not.
#[derive(Debug, Clone, Copy)]
struct Product {
    rows: usize,
    inner: usize,
    columns: usize,
    transposed: (bool, bool),
}

impl Product {
    fn shapes(self) -> [Shape; 2] {
        let (left, right) =
            (Shape::new(self.rows, self.inner), Shape::new(self.inner, self.columns));
        [
            if self.transposed.0 { left.transposed() } else { left },
            if self.transposed.1 { right.transposed() } else { right },
        ]
    }

    fn run<T: Real>(self, a: &[T], b: &[T]) -> Vec<T> {
        let (l, r) = self.transposed;
        let graph =
            trace(Layout::unnamed(self.shapes()).unwrap(), |x| vec![x[0].product(x[1], l, r)]);
        let mut y = vec![T::constant(f64::NAN); self.rows * self.columns];
        Program::compile(&graph.unwrap()).run(&[a, b], &mut [&mut y]).unwrap();
        y
    }

    /// Sums in the order of the inner index.
    fn by_a_plain_loop<T: Real>(self, a: &[T], b: &[T]) -> Vec<T> {
        let Product { rows, inner, columns, transposed: (l, r) } = self;
        let left = |i, k| a[if l { i * inner + k } else { k * rows + i }];
        let right = |k, j| b[if r { k * columns + j } else { j * inner + k }];
        let entry =
            |i, j| (0..inner).fold(T::constant(0.0), |sum, k| sum + left(i, k) * right(k, j));
        (0..columns)
            .flat_map(|j| (0..rows).map(move |i| (i, j)))
            .map(|(i, j)| entry(i, j))
            .collect()
    }

    /// Entries with many digits, so that another order of a sum would show.
    fn factors<T: Real>(self) -> [Vec<T>; 2] {
        let wave =
            |n, step: f64| (0..n).map(|i| T::constant((f64::from(i) * step).sin())).collect();
        self.shapes().map(Shape::len).map(|n| wave(n as i32, 0.7))
    }

    fn check<T: Real + PartialEq>(self) {
        let [a, b] = self.factors::<T>();
        assert!(self.run(&a, &b) == self.by_a_plain_loop(&a, &b), "{self:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Rows fill a tile, part of one, or part of a register of up to 16 numbers.
    #[test]
    fn upright(rows in 0..150_usize, inner in 0..20_usize, columns in 0..10_usize, r: bool) {
        let product = Product { rows, inner, columns, transposed: (false, r) };
        product.check::<f64>();
        product.check::<f32>();
    }

    /// Of 2048 multiplications or more, with three columns or more: smaller ones are inner products, in another order.
    #[test]
    fn lying(rows in 35..150_usize, inner in 20..40_usize, columns in 3..10_usize, r: bool) {
        let product = Product { rows, inner, columns, transposed: (true, r) };
        product.check::<f64>();
        product.check::<f32>();
    }

    /// What is not a float takes another way, to the same digits.
    #[test]
    fn duals(rows in 1..80_usize, inner in 1..20_usize, columns in 1..10_usize, l: bool, r: bool) {
        let product = Product { rows, inner, columns, transposed: (l, r) };
        let [a, b] = product.factors::<f64>();
        let fixed = |x: &[f64]| x.iter().map(|&x| Dual::<f64, 1>::fixed(x)).collect::<Vec<_>>();
        let values: Vec<f64> = product.run(&fixed(&a), &fixed(&b)).iter().map(|y| y.value).collect();
        prop_assert_eq!(values, product.run(&a, &b));
    }
}

/// Numbers that are none stay in their rows and columns, also where a tile has more rows than the result.
#[test]
fn not_a_number_stays_in_its_row() {
    let product = Product { rows: 37, inner: 9, columns: 6, transposed: (false, false) };
    let [mut a, b] = product.factors::<f32>();
    a[4 * 37 + 36] = f32::NAN;
    for (place, y) in product.run(&a, &b).into_iter().enumerate() {
        assert_eq!(y.is_nan(), place % 37 == 36, "{place}");
    }
}
