//! What is shown of a method, for methods of any number of stages.

use costate_tableau::*;

/// Closed polygons in the complex plane.
pub(crate) type Curves = Vec<Vec<(f64, f64)>>;

pub(crate) struct Method {
    pub(crate) constant: &'static str,
    pub(crate) title: String,
    pub(crate) stages: usize,
    pub(crate) evaluations: usize,
    pub(crate) order: u32,
    pub(crate) fsal: bool,
    /// The orders of the error rows.
    pub(crate) estimates: Vec<u32>,
    pub(crate) dense: String,
    pub(crate) error_constant: f64,
    pub(crate) real_bound: f64,
    pub(crate) imaginary_bound: f64,
    pub(crate) region: Curves,
    pub(crate) embedded: Curves,
}

impl Method {
    fn of<const S: usize>(constant: &'static str, tableau: &Tableau<S>) -> Self {
        const STEP: f64 = 0.02;
        let stability = tableau.stability();
        let error = tableau.error.as_ref();
        let second = error.and_then(|error| error.second.as_ref());
        let dense = match &tableau.dense {
            Dense::Hermite { order } => format!("{order}, Hermite"),
            Dense::Polynomial { order, .. } => format!("{order}"),
            Dense::Extended { order, stages, .. } => {
                format!("{order}, {} more stages", stages.len())
            }
            _ => String::new(),
        };
        Self {
            constant,
            title: tableau.name.into(),
            stages: S,
            evaluations: tableau.evaluations(),
            order: tableau.order,
            fsal: tableau.fsal(),
            estimates: error.map(|e| e.order).into_iter().chain(second.map(|e| e.order)).collect(),
            dense,
            error_constant: tableau.error_constant().unwrap_or(f64::NAN),
            real_bound: stability.real_bound(),
            imaginary_bound: stability.imaginary_bound(),
            region: stability.boundary(STEP),
            embedded: tableau.embedded_stability().map_or(vec![], |r| r.boundary(STEP)),
        }
    }

    pub(crate) fn file_name(&self) -> String {
        self.constant.to_lowercase()
    }

    /// The row of the README's table, without the last column.
    pub(crate) fn table_row(&self) -> String {
        let Self { constant, stages, evaluations, order, dense, .. } = self;
        let fsal = if self.fsal { ", FSAL" } else { "" };
        let estimates: Vec<_> = self.estimates.iter().map(u32::to_string).collect();
        let estimate = if estimates.is_empty() { "–".into() } else { estimates.join(" and ") };
        format!(
            "| [`{constant}`] | {stages} | {evaluations}{fsal} | {order} | {estimate} | {dense} | {:.2e} | {} | {} |",
            self.error_constant,
            bound(self.real_bound),
            bound(self.imaginary_bound)
        )
    }
}

/// What each method gives for its work, as a table of the documentation.
pub(crate) fn work_table(methods: &[Method]) -> String {
    let mut table = String::from(
        "| method | evaluations | real bound | imaginary bound | real / evaluations | imaginary / evaluations | error constant |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for method in methods {
        let Method { constant, evaluations, error_constant, .. } = method;
        let (x, y, work) = (method.real_bound, method.imaginary_bound, *evaluations as f64);
        table += &format!(
            "| [`{constant}`](crate::{constant}) | {evaluations} | {} | {} | {} | {} | {error_constant:.2e} |\n",
            bound(x),
            bound(y),
            bound(x / work),
            bound(y / work),
        );
    }
    table
}

/// Cut and not rounded: what is printed is stable.
pub(crate) fn bound(bound: f64) -> String {
    if bound == 0.0 { "0".into() } else { format!("{:.3}", (bound * 1e3).floor() / 1e3) }
}

macro_rules! methods {
    ($($constant:ident,)*) => { vec![$(Method::of(stringify!($constant), &$constant)),*] };
}

/// Every method of the crate, by rising order.
pub(crate) fn all() -> Vec<Method> {
    methods![
        EULER,
        MIDPOINT,
        HEUN,
        RALSTON,
        HEUN_EULER_21,
        KUTTA_3,
        SSPRK_3,
        BOGACKI_SHAMPINE_32,
        RK4,
        KUTTA_38,
        FEHLBERG_54,
        CASH_KARP_54,
        DORMAND_PRINCE_54,
        DORMAND_PRINCE_54_SHAMPINE,
        TSITOURAS_54,
        BOGACKI_SHAMPINE_54,
        VERNER_65,
        VERNER_76,
        VERNER_87,
        DORMAND_PRINCE_853,
        VERNER_98,
    ]
}
