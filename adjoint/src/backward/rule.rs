//! Nested rules of quadrature.

/// A node of three rules on the interval from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Node {
    /// Where it lies.
    pub(crate) at: f64,
    /// Its weight in the midpoint rule, exact for polynomials of degree 1.
    pub(crate) midpoint: f64,
    /// In Gauss's rule with three nodes, exact to degree 5.
    pub(crate) gauss: f64,
    /// In Kronrod's extension of that to seven, exact to degree 11.
    pub(crate) kronrod: f64,
}

const fn node(x: f64, [midpoint, gauss, kronrod]: [f64; 3]) -> Node {
    // Published on the interval from -1 to 1.
    Node {
        at: (1.0 + x) / 2.0,
        midpoint: midpoint / 2.0,
        gauss: gauss / 2.0,
        kronrod: kronrod / 2.0,
    }
}

const OUTER: (f64, f64) = (0.960_491_268_708_020_3, 0.104_656_226_026_467_27);
const SECOND: (f64, f64) = (0.774_596_669_241_483_4, 0.268_488_089_868_333_45);
const INNER: (f64, f64) = (0.434_243_749_346_802_56, 0.401_397_414_775_962_2);
const MIDDLE: f64 = 0.450_916_538_658_474_14;

/// The nodes of Gauss's rule, the middle one that of the midpoint rule too.
pub(crate) const GAUSS: [Node; 3] = [
    node(-SECOND.0, [0.0, 5.0 / 9.0, SECOND.1]),
    node(0.0, [2.0, 8.0 / 9.0, MIDDLE]),
    node(SECOND.0, [0.0, 5.0 / 9.0, SECOND.1]),
];

/// Those that Kronrod's rule has beside them.
///
/// (A. S. Kronrod, *Nodes and weights of quadrature formulas*, Consultants Bureau, New York, 1965.) The tests hold all three rules
/// against the integrals of powers.
pub(crate) const KRONROD: [Node; 4] = [
    node(-OUTER.0, [0.0, 0.0, OUTER.1]),
    node(-INNER.0, [0.0, 0.0, INNER.1]),
    node(INNER.0, [0.0, 0.0, INNER.1]),
    node(OUTER.0, [0.0, 0.0, OUTER.1]),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The integral of x^k from 0 to 1 is 1 / (k + 1). The sums have seven terms under 1, each rounded a few times.
    #[test]
    fn the_rules_are_exact_to_their_degrees() {
        for k in 0..=11_i32 {
            let exact = |weight: fn(&Node) -> f64| {
                let nodes = GAUSS.iter().chain(&KRONROD);
                let sum: f64 = nodes.map(|node| weight(node) * node.at.powi(k)).sum();
                (sum - 1.0 / f64::from(k + 1)).abs() < 16.0 * f64::EPSILON
            };
            assert_eq!(exact(|node| node.midpoint), k <= 1, "degree {k}");
            assert_eq!(exact(|node| node.gauss), k <= 5, "degree {k}");
            assert!(exact(|node| node.kronrod), "degree {k}");
        }
    }
}
