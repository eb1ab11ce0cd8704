//! The list of the methods: a new one is one line here.

/// One test a method: `for_every_method!(check)` calls `check(&METHOD)`, for a
/// `fn check<const S: usize>(method: &Tableau<S>)` of the module, in tests `check::method`.
macro_rules! for_every_method {
    ($check:ident) => {
        $crate::methods::for_methods! { $check:
            euler = EULER,
            midpoint = MIDPOINT,
            heun = HEUN,
            heun_euler = HEUN_EULER_21,
            ralston = RALSTON,
            kutta_3 = KUTTA_3,
            ssprk_3 = SSPRK_3,
            bogacki_shampine_32 = BOGACKI_SHAMPINE_32,
            rk4 = RK4,
            kutta_38 = KUTTA_38,
            fehlberg = FEHLBERG_54,
            cash_karp = CASH_KARP_54,
            dormand_prince = DORMAND_PRINCE_54,
            dormand_prince_shampine = DORMAND_PRINCE_54_SHAMPINE,
            tsitouras = TSITOURAS_54,
            bogacki_shampine_54 = BOGACKI_SHAMPINE_54,
            verner_65 = VERNER_65,
            verner_76 = VERNER_76,
            verner_87 = VERNER_87,
            dormand_prince_853 = DORMAND_PRINCE_853,
            verner_98 = VERNER_98,
        }
    };
}

/// One test for each method named.
macro_rules! for_methods {
    ($check:ident: $($name:ident = $method:ident),* $(,)?) => {
        // A module and a function may share a name.
        mod $check {
            $(
                #[test]
                fn $name() {
                    super::$check(&costate_tableau::$method);
                }
            )*
        }
    };
}

#[allow(unused_imports)]
pub(crate) use {for_every_method, for_methods};
