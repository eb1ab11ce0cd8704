//! Random tables are what they promise, and no misprint passes.

use costate_tableau::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn random_tables_are_sound(
        one in strategies::first_order::<1>(),
        five in strategies::first_order::<5>(),
    ) {
        prop_assert_eq!(one.structure(), Ok(()));
        prop_assert_eq!(laws::check_order(&one, 1), Ok(()));
        prop_assert_eq!(five.structure(), Ok(()));
        prop_assert_eq!(laws::check_order(&five, 1), Ok(()));
        if five.error.is_some() {
            prop_assert_eq!(laws::check_embedded_order(&five, 1), Ok(()));
        }
        prop_assert_eq!(laws::check_dense_order(&five, 1), Ok(()));
    }

    #[test]
    fn random_tables_of_higher_order(
        two in strategies::second_order::<2>(),
        four in strategies::second_order::<4>(),
        three in strategies::third_order(),
    ) {
        prop_assert_eq!(two.structure().and(four.structure()).and(three.structure()), Ok(()));
        prop_assert_eq!(laws::check_order(&two, 2), Ok(()));
        prop_assert_eq!(laws::check_order(&four, 2), Ok(()));
        prop_assert_eq!(laws::check_dense_order(&four, 2), Ok(()));
        prop_assert_eq!(laws::check_order(&three, 3), Ok(()));
        prop_assert_eq!(laws::check_dense_order(&three, 3), Ok(()));
        // Three stages are not enough for the tall tree of order 4.
        prop_assert!(laws::check_order(&three, 4).is_err());
    }

    /// Order 1 is that y' = const is solved; a step says so without trees.
    #[test]
    fn a_constant_slope_is_followed(method in strategies::first_order::<4>(), slope in -9.0f64..9.0) {
        let step: f64 = method.b.iter().map(|b| b * slope).sum();
        let size: f64 = method.b.iter().map(|b| (b * slope).abs()).sum();
        // Four products, three sums, and the rounded weight that makes them add up to 1.
        prop_assert!((step - slope).abs() <= 8.0 * f64::EPSILON * size);
    }

    #[test]
    fn trees_have_an_order_of_the_range(tree in strategies::rooted_trees(2..=7)) {
        prop_assert!((2..=7).contains(&tree.order()));
        prop_assert!(RootedTree::of_order(tree.order()).any(|other| other == tree));
    }

    /// On a random table, too, one coefficient changed cannot leave every condition of order 2 alone
    /// when it is one of `b`, nor those of order 1 of the estimate.
    #[test]
    fn misprinted_weights_lose_the_order(
        (misprinted, place) in strategies::second_order::<4>().prop_flat_map(strategies::misprints),
    ) {
        match place {
            Entry::B { .. } => prop_assert!(laws::check_order(&misprinted, 1).is_err(), "{}", misprinted),
            Entry::Error { .. } => prop_assert!(misprinted.structure().is_err()),
            _ => {}
        }
    }
}

#[test]
#[should_panic(expected = "order 1 to 15")]
fn no_trees_of_order_zero() {
    let _ = strategies::rooted_trees(0..=0);
}

macro_rules! no_misprint_passes {
    ($($test:ident: $method:expr;)*) => {
        proptest! {
            $(
                /// A part of 1e-6 of a coefficient moves some condition by 1e-10 of its terms at least.
                #[test]
                fn $test((misprinted, place) in strategies::misprints($method)) {
                    prop_assert!(laws::check_tableau(&misprinted).is_err(), "{}\n{}", place, misprinted);
                }
            )*
        }
    };
}

no_misprint_passes! {
    midpoint: MIDPOINT;
    heun: HEUN;
    heun_euler: HEUN_EULER_21;
    ralston: RALSTON;
    kutta: RK4;
    kutta_three_eighths: KUTTA_38;
    shu_osher: SSPRK_3;
    fehlberg: FEHLBERG_54;
    cash_karp: CASH_KARP_54;
    bogacki_shampine: BOGACKI_SHAMPINE_32;
    dormand_prince: DORMAND_PRINCE_54;
    dormand_prince_shampine: DORMAND_PRINCE_54_SHAMPINE;
    tsitouras: TSITOURAS_54;
    bogacki_shampine_54: BOGACKI_SHAMPINE_54;
    verner_65: VERNER_65;
    dormand_prince_853: DORMAND_PRINCE_853;
}
